// The session of a view before its code is there: that is fetched when the view is first opened.
import { problemOf } from '../lib/problem';
import type { Problem } from '../lib/problem';
import { text } from '../lib/text';

export interface ViewSession {
  readonly ready: boolean;
  readonly address: URLSearchParams;
  openAddress(parameters: URLSearchParams): Promise<void>;
}

export class LazySession<Session extends ViewSession, View> {
  view = $state.raw<View | null>(null);
  session = $state.raw<Session | null>(null);
  problem = $state.raw<Problem | null>(null);

  constructor(private readonly load: () => Promise<{ View: View; Session: new () => Session }>) {}

  get ready(): boolean {
    return this.session?.ready ?? false;
  }

  get address(): URLSearchParams {
    return this.session?.address ?? new URLSearchParams();
  }

  async openAddress(parameters: URLSearchParams) {
    try {
      const { View, Session } = await this.load();
      this.view = View;
      this.session ??= new Session();
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error, () => text.viewFailed);
      return;
    }
    await this.session.openAddress(parameters);
  }
}
