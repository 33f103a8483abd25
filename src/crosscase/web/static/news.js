// News of the study, by one stream for all windows that are seen: a browser gives a server six connections at most.
// The window that holds the lock listens, and tells the others; when it is hidden or closed, another one does.
const NAME = "crosscase news";
const AGAIN = 2000;

// How far the machine is with learning, as it was last told; `learning` is said of every change.
export const told = { learning: {} };

// `begun` hears of the first version, `changed` of every other, `wrong` what is wrong with a file, or nothing.
export function hear(changed, begun, wrong) {
  const channel = new BroadcastChannel(NAME);
  let [version, last] = ["", null];
  let [waiting, leave] = [null, null];

  const take = (news) => {
    told.learning = news.learning;
    dispatchEvent(new Event("learning"));
    if (!version) begun(news.version);
    else if (news.version !== version) changed(news.version);
    version = news.version;
    wrong(news.amiss);
  };
  const spread = ({ data }) => {
    last = JSON.parse(data);
    channel.postMessage(last);
    take(last);
  };
  // Whoever holds the lock answers whoever has just come.
  channel.onmessage = ({ data }) => {
    if (data === "asks") return leave && last && channel.postMessage(last);
    if (!document.hidden) take(data);
  };
  const listen = () => {
    let stream = null;
    const open = () => {
      stream = new EventSource("/news");
      stream.onmessage = spread;
      // A server that was started again turns the stream away until its address was opened.
      stream.onerror = () => stream.readyState === EventSource.CLOSED && leave && setTimeout(() => leave && open(), AGAIN);
    };
    return new Promise((resolve) => {
      leave = () => {
        stream.close();
        leave = last = null;
        resolve();
      };
      open();
    });
  };
  const rest = () => {
    waiting?.abort();
    waiting = null;
    leave?.();
  };
  const follow = () => {
    if (document.hidden) return rest();
    if (waiting) return;
    waiting = new AbortController();
    channel.postMessage("asks");
    navigator.locks.request(NAME, { signal: waiting.signal }, listen).catch(() => {});
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", rest);
  addEventListener("pageshow", follow);
  follow();
}
