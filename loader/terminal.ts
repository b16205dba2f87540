const framesPerSecond = 5;

/**
 * Draws a frame on the terminal, over the one before, again and again until the returned function is called.
 * What draws is loaded here: without a terminal, which is how runs are scheduled, nobody waits for it.
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
