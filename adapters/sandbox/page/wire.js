// The connection to the sandbox: events in, people's actions out, and back again after a restart.

const SLOWEST_RETRY = 3000; // milliseconds; a restart of the service takes about two seconds
const PATIENCE = 20000; // milliseconds until an action without an answer is given up

export class Wire {
  #socket = null;
  #waiting = new Map();
  #number = 0;
  #retry = 250;

  /** `onEvent` gets each event, `onState` gets "open" or "lost". */
  constructor(onEvent, onState) {
    this.onEvent = onEvent;
    this.onState = onState;
    this.#connect();
  }

  get open() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Do something as a person. Resolves to what the platform shows in answer; rejects in words. */
  act(action) {
    if (!this.open) return Promise.reject(new Error("Not connected. It was not sent."));
    const number = (this.#number += 1);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#settle({ number, error: "No answer from the bot yet." }), PATIENCE);
      this.#waiting.set(number, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ ...action, number }));
    });
  }

  #connect() {
    const url = new URL("ws", import.meta.url);
    url.protocol = url.protocol.replace("http", "ws");
    this.#socket = new WebSocket(url);
    this.#socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    this.#socket.onclose = () => this.#lost();
  }

  #receive(event) {
    if (event.type === "answer") return this.#settle(event);
    if (event.type === "snapshot") {
      this.#retry = 250;
      this.onState("open");
    }
    this.onEvent(event);
  }

  #settle({ number, result, error }) {
    const waiting = this.#waiting.get(number);
    if (!waiting) return;
    this.#waiting.delete(number);
    clearTimeout(waiting.timer);
    if (error) waiting.reject(new Error(error));
    else waiting.resolve(result ?? null);
  }

  #lost() {
    this.onState("lost");
    for (const number of [...this.#waiting.keys()]) {
      this.#settle({ number, error: "The connection broke: it may not have been done." });
    }
    setTimeout(() => this.#connect(), this.#retry);
    this.#retry = Math.min(this.#retry * 2, SLOWEST_RETRY);
  }
}
