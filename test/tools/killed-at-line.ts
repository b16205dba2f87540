/**
 * The environment of a Node process that kills itself once it has written `count` lines with `text` to standard error.
 * A test that reads these lines and kills the process may be late: the process may have ended.
 */
export function killedAtLine(text: string, count = 1): { readonly NODE_OPTIONS: string } {
  const code = `
    const write = process.stderr.write.bind(process.stderr);
    let seen = 0;
    process.stderr.write = (written, ...rest) => {
      const isWritten = write(written, ...rest);
      seen += String(written).split("\\n").filter((line) => line.includes(${JSON.stringify(text)})).length;
      if (seen >= ${count}) process.kill(process.pid, "SIGKILL");
      return isWritten;
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}
