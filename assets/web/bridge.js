/* The messages between the page and the Python worker, both ways.
 *
 *   a call      {rundan: id, call: name, args: value}     id > 0: an answer is wanted, id 0: none
 *   its answer  {rundan: id, answer: value}  or  {rundan: id, error: text}
 *
 * Flet's own packets are Uint8Arrays on the same channel and are never touched here.
 * Values travel by structured clone, so a File or an ImageBitmap is handed over, not copied.
 *
 * page → worker   start(config), connect({args, documentUrl}), event({name, detail})
 * worker → page   progress(step), mark({name, at}), and what only a page can do: see page-calls.js
 */
export class Bridge {
    constructor(port, handlers) {
        this.port = port;
        this.handlers = handlers;
        this.waiting = new Map();
        this.lastId = 0;
    }

    call(name, args = null, transfer = []) {
        const id = ++this.lastId;
        return new Promise((resolve, reject) => {
            this.waiting.set(id, { resolve, reject });
            this.port.postMessage({ rundan: id, call: name, args }, transfer);
        });
    }

    tell(name, args = null) {
        this.port.postMessage({ rundan: 0, call: name, args });
    }

    /** Takes a message if it is one of ours; false leaves it to Flet. */
    take(message) {
        if (message === null || typeof message !== "object" || message.rundan === undefined) {
            return false;
        }
        if (message.call === undefined) {
            this.settle(message);
        } else {
            this.answer(message);
        }
        return true;
    }

    settle({ rundan, answer, error }) {
        const waiting = this.waiting.get(rundan);
        this.waiting.delete(rundan);
        if (error === undefined) {
            waiting?.resolve(answer);
        } else {
            waiting?.reject(new Error(error));
        }
    }

    async answer({ rundan, call, args }) {
        let reply;
        try {
            const handler = this.handlers[call];
            if (handler === undefined) {
                throw new Error(`unknown call: ${call}`);
            }
            reply = { rundan, answer: await handler(args) };
        } catch (error) {
            reply = { rundan, error: String(error?.message ?? error) };
            if (rundan === 0) {
                console.error(call, error);
            }
        }
        if (rundan !== 0) {
            this.port.postMessage(reply);
        }
    }
}
