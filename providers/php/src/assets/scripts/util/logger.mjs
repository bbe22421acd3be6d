const COLOURS = { info: 34, warn: 33, error: 31 };

/** Writes lines such as `[prestart:info] message`. */
export class Logger {
  constructor(tag) {
    this.tag = tag;
  }

  info(message) {
    console.log(this.#line("info", message));
  }

  warn(message) {
    console.error(this.#line("warn", message));
  }

  error(message) {
    console.error(this.#line("error", message));
  }

  #line(level, message) {
    return `\u001b[${COLOURS[level]}m[${this.tag}:${level}]\u001b[0m ${message}`;
  }
}
