// The connection: what the program tells (a WebSocket that comes back), and what people do (posts).

const SOON = 400, LATE = 8000, GIVEN_UP = 20000; // milliseconds

export class Live extends EventTarget {
  // Events: "told" (detail: what the program says), "weather" (detail: "live", "offline", "stopped", "expired").
  weather = "loading";
  #wait = SOON;
  #lost = 0;
  #timer = 0;

  start() {
    addEventListener("online", () => this.#now());
    document.addEventListener("visibilitychange", () => document.hidden || this.#now());
    this.#connect();
  }

  // Resolves when the connection is there.
  async up() {
    if (this.weather !== "live") {
      await new Promise((done) => {
        const look = () => this.weather === "live" && (this.removeEventListener("weather", look), done());
        this.addEventListener("weather", look);
      });
    }
  }

  // Posts one gesture; "done", "again" (nothing was done: bring it again), "too_large" or "failed". A lost connection
  // is waited for: the gesture has a name of its own, so that it counts once however often it arrives.
  async say(gesture, files = []) {
    const body = new FormData();
    for (const [name, value] of Object.entries(gesture)) body.append(name, value);
    for (const file of files) body.append("file", file, file.name);
    for (;;) {
      try {
        const answer = await fetch("/say", { method: "POST", body });
        if (answer.ok) return "done";
        if (answer.status === 413) return "too_large";
        if (answer.status === 403) this.#is("expired");
        return answer.status === 503 ? "again" : "failed";
      } catch {
        if (this.weather === "live") this.#drop();
        await this.up();
      }
    }
  }

  #connect() {
    this.socket = new WebSocket(`ws://${location.host}/live`);
    this.socket.onmessage = (message) => {
      this.#wait = SOON;
      this.#lost = 0;
      this.dispatchEvent(new CustomEvent("told", { detail: JSON.parse(message.data) }));
      this.#is("live");
    };
    this.socket.onclose = () => this.#drop();
  }

  #drop() {
    if (this.socket) this.socket.onclose = null, this.socket.close();
    this.socket = null;
    this.#lost ||= Date.now();
    this.#is(Date.now() - this.#lost > GIVEN_UP ? "stopped" : "offline");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#again(), this.#wait * (0.8 + Math.random() * 0.4));
    this.#wait = Math.min(this.#wait * 1.7, LATE);
  }

  #now() {
    if (this.socket || this.weather === "loading") return;
    clearTimeout(this.#timer);
    this.#again();
  }

  // A refused socket does not say why; a plain question does.
  async #again() {
    try {
      const answer = await fetch("/alive");
      if (answer.ok) return this.#connect();
      if (answer.status === 403) this.#is("expired");
    } catch { /* nobody there yet */ }
    this.#drop();
  }

  #is(weather) {
    if (this.weather === weather || (this.weather === "expired" && weather !== "live")) return;
    this.weather = weather;
    this.dispatchEvent(new CustomEvent("weather", { detail: weather }));
  }
}
