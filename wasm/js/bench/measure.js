// Times of a network's answers, in milliseconds; in node, in a page or in a worker.

// The least mean of batches that are long enough for any clock, for about a second.
async function least(ask) {
  let [best, batch] = [Infinity, 1];
  const end = performance.now() + 1000;
  for (let runs = 0; runs < 3 || performance.now() < end; runs++) {
    const start = performance.now();
    for (let i = 0; i < batch; i++) {
      const answer = ask(i);
      if (answer instanceof Promise) await answer;
    }
    const time = performance.now() - start;
    if (time < 1) batch *= 4;
    else best = Math.min(best, time / batch);
  }
  return best;
}

// The most probable states of a variable, and the next.
function bestStates(posterior) {
  const states = Object.entries(posterior).sort(([, a], [, b]) => b - a);
  return [states[0][0], (states[1]?.[1] > 0 ? states[1] : states[0])[0]];
}

// Findings on three variables without children, possible together, and the same with another state
// of one of them.
function findings(network) {
  const parents = new Set(network.variables.flatMap((variable) => variable.parents));
  const leaves = network.variables.filter(({ name }) => !parents.has(name)).slice(0, 3);
  let [evidence, other] = [{}, {}];
  for (const { name } of leaves) {
    const [first, second] = bestStates(network.query({ evidence, targets: [name] }).posteriors[name]);
    [evidence, other] = [{ ...evidence, [name]: first }, { ...evidence, [name]: second }];
  }
  return [evidence, other];
}

// The same findings and two more: more sets of variables than queries are kept for.
function growing(network, evidence) {
  const { posteriors } = network.query({ evidence });
  const more = Object.keys(posteriors).slice(0, 7);
  const state = (name) => bestStates(posteriors[name])[0];
  return more.flatMap((a, i) =>
    more.slice(i + 1).map((b) => ({ evidence: { ...evidence, [a]: state(a), [b]: state(b) } })),
  );
}

// Answers in the thread that the lab is in:
// document  a query made for this one answer, its JSON written and parsed
// first     the first answer with these variables observed
// changed   the next one, one finding in another state
// clone     copying an answer to another thread as objects
export async function measureAnswers(lab, text, fileName) {
  const network = lab.openNetwork(text, fileName);
  const pair = findings(network).map((evidence) => ({ evidence }));
  const sets = growing(network, pair[0].evidence);
  const answer = network.query(pair[0]);
  let set = 0;
  const times = {
    document: await least((i) => void JSON.parse(network.queryText(pair[i % 2]))),
    first: await least(() => void network.query(sets[set++ % sets.length])),
    changed: await least((i) => void network.query(pair[i % 2])),
    clone: await least(() => void structuredClone(answer)),
  };
  network.dispose();
  return { findings: pair, times };
}

// From a changed finding to its answer on this side of a worker.
export async function measureRoundTrip(lab, text, fileName, pair) {
  const network = await lab.openNetwork(text, fileName);
  const time = await least((i) => network.query(pair[i % 2]));
  await network.dispose();
  return time;
}
