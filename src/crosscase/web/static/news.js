// How far the machine is with learning, as it was last told; `learning` is said of every change.
export const told = { learning: {} };

// News of the study, one stream for a page that is seen: a browser gives a server six at most.
export function hear(changed, begun) {
  let stream = null;
  let version = "";
  const listen = () => {
    stream = new EventSource("/news");
    stream.onmessage = (event) => {
      const { version: now, learning } = JSON.parse(event.data);
      told.learning = learning;
      dispatchEvent(new Event("learning"));
      if (!version) begun(now);
      else if (now !== version) changed(now);
      version = now;
    };
  };
  const follow = () => {
    if (document.hidden) stream = stream?.close();
    else if (!stream) listen();
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => (stream = stream?.close()));
  addEventListener("pageshow", follow);
  follow();
}
