// One live stream for all tabs of a browser: browsers allow few connections per host. Each tab gets every frame; a tab that joins makes
// the stream open anew, since its first frame is the whole picture.
const ports = new Map();
let source = null;
let lang = 'en';
let lastEventId = null;

const tell = (message) => {
  for (const port of ports.keys()) port.postMessage(message);
};

const open = () => {
  source?.close();
  const resume = lastEventId === null ? '' : `&lastEventId=${lastEventId}`;
  const mine = new EventSource(`/api/stream?scope=overview&lang=${lang}${resume}`);
  source = mine;
  mine.onerror = () => mine === source && tell({ kind: 'lost' });
  for (const kind of ['snapshot', 'delta', 'events'])
    mine.addEventListener(kind, (event) => {
      if (mine !== source) return;
      if (event.lastEventId !== '') lastEventId = event.lastEventId;
      tell({ kind, data: event.data });
    });
};

const drop = (port) => {
  ports.delete(port);
  if (ports.size > 0) return;
  source?.close();
  source = null;
};

// A tab that was closed without a word no longer says that it is there.
setInterval(() => {
  for (const [port, seenAt] of ports) if (Date.now() - seenAt > 180_000) drop(port);
}, 30_000);

onconnect = (connection) => {
  const port = connection.ports[0];
  port.onmessage = ({ data }) => {
    if (data.kind === 'leave') return drop(port);
    ports.set(port, Date.now());
    if (data.kind !== 'join') return;
    if (data.lang !== undefined) lang = data.lang;
    open();
  };
};
