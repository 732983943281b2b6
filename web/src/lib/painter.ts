// Calls `draw` when it is asked to, but at most once a frame, and with `rest` milliseconds in between.
export function painter(draw: () => void, rest = 0): () => void {
  let waiting = false;
  const paint = () =>
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  return () => {
    if (waiting) return;
    waiting = true;
    if (rest > 0) setTimeout(paint, rest);
    else paint();
  };
}
