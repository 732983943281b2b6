// Long work in a worker: a step, then a turn of the event loop, in which a message to cancel can
// arrive.
import { LikeloreError } from '../errors.js';
import type { Steps } from '../api/index.js';
import type { Call } from './serve.js';

// Does the steps one by one, telling the page of each that yields something. Cancelling rejects.
export async function walk<Progress, Answer>(
  call: Call,
  steps: Steps<Progress, Answer>,
): Promise<Answer> {
  try {
    for (;;) {
      if (call.signal.aborted) throw cancelled();
      const next = steps.next();
      if (next.done) return next.value;
      if (next.value !== undefined) call.progress(next.value);
      await nextTurn();
    }
  } finally {
    steps.return(undefined as never); // frees the work where it is not done
  }
}

function cancelled(): LikeloreError {
  return new LikeloreError({ code: 'cancelled', message: 'the work was cancelled' });
}

// As setTimeout(…, 0), without the milliseconds that browsers add to it.
export function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
