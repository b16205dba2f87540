const framesPerSecond = 5;

/**
 * Draws a frame on the terminal over the frame before, until the returned function is called. The library that draws is
 * loaded here: scheduled runs have no terminal and need not load it.
 */
export async function drawFrames(terminal: NodeJS.WriteStream, frame: () => string): Promise<() => void> {
  const { createLogUpdate } = await import("log-update");
  const draw = createLogUpdate(terminal);
  const timer = setInterval(() => draw(frame()), 1000 / framesPerSecond);
  return () => {
    clearInterval(timer);
    draw(frame());
    draw.done();
  };
}
