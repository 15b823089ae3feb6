import type { TypedDocumentString } from "../generated/graphql.js";
import { LoginDocument } from "../generated/graphql.js";

/** How documents travel: as their text, or as the id that they have in the server's manifest. */
export type Sending = "text" | "id";

interface Answer<Result> {
  data?: Result;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** One person's session with the API. */
export class Client {
  private readonly cookies = new Map<string, string>();

  private constructor(
    readonly url: string,
    readonly username: string,
    private readonly sending: Sending,
  ) {}

  /** Sign in; the session cookie goes with every later request. */
  static async login(url: string, sending: Sending, username: string, password: string): Promise<Client> {
    const client = new Client(url, username, sending);
    const { login } = await client.run(LoginDocument, { username, password });
    if (login.errors.length > 0) throw new Error(`${username} cannot sign in: ${JSON.stringify(login.errors)}`);
    return client;
  }

  /** The data of one operation; throws on top-level errors. */
  async run<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> {
    const response = await fetch(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Cookie: this.cookie },
      body: JSON.stringify({ ...this.named(document), variables }),
    });
    this.keepCookies(response);
    const answer = (await response.json()) as Answer<Result>;
    if (answer.errors !== undefined || answer.data === undefined) {
      throw new Error(`${this.username}: HTTP ${response.status} ${JSON.stringify(answer.errors)}`);
    }
    return answer.data;
  }

  /** The parameters that name a document; `query` is empty where the server knows it by its id. */
  named(document: TypedDocumentString<unknown, never>): { query: string; documentId?: string } {
    if (this.sending === "text") return { query: document.toString() };
    return { query: "", documentId: `sha256:${String(document.__meta__?.["hash"])}` };
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  private keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }
}
