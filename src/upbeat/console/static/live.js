// One stream for all pages of a browser: the page that holds the lock listens, and tells the others. HTTP/1.1 allows
// about six connections to a host, and each tab would take one.
const channel = "BroadcastChannel" in window ? new BroadcastChannel("upbeat-live") : null;
let last = null;

function hear(news) {
  for (const element of document.querySelectorAll("[data-live]")) {
    const value = news[element.dataset.live];
    if (value !== undefined && element.textContent !== String(value)) element.textContent = value.toLocaleString("en");
  }
  for (const element of document.querySelectorAll("[data-live-hides]")) element.hidden = Boolean(news[element.dataset.liveHides]);
  if (last) {
    if (last.stopped !== news.stopped) tell("stop", news);
    if (last.revision !== news.revision || last.waiting !== news.waiting) tell("queue", news);
    if (last.runs !== news.runs || last.revision !== news.revision) tell("runs", news);
    if (["live", "monitor", "paused"].some((mode) => last[mode] !== news[mode])) tell("workflows", news);
  }
  last = news;
}

function tell(name, news) {
  document.body.dispatchEvent(new CustomEvent(`live:${name}`, { detail: news, bubbles: true }));
}

// Said in the page's own words, so that it is read out too; every page of the browser hears it.
function connected(yes) {
  for (const element of document.querySelectorAll("[data-cut]")) {
    element.textContent = yes ? "" : "Not connected: what you see may be old";
  }
}

channel?.addEventListener("message", ({ data }) => {
  connected(!data.cut);
  if (!data.cut) hear(data);
});

function listen() {
  const source = new EventSource("/events");
  source.addEventListener("now", (event) => {
    const news = JSON.parse(event.data);
    connected(true);
    hear(news);
    channel?.postMessage(news);
  });
  source.addEventListener("error", () => {
    connected(false);
    channel?.postMessage({ cut: true });
  });
  return new Promise(() => {}); // as long as this page is open
}

if (navigator.locks) navigator.locks.request("upbeat-live", listen);
else listen();
