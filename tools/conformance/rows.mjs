// What a script of rows is asked to do, and how it tells each row: a line of JSON on standard output.
export const asked = JSON.parse(process.env.JUDGED);

export async function row(action, work) {
  const begun = performance.now();
  let failure = "";
  try {
    await work();
  } catch (error) {
    failure = `${error.name}: ${error.message}`;
  }
  console.log(JSON.stringify({ action, seconds: (performance.now() - begun) / 1000, failure }));
}
