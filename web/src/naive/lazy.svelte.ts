// The session of the view before its code is there: that is fetched when the view is first opened.
import { problemOf } from '../lib/problem';
import type { Problem } from '../lib/problem';
import { text } from '../lib/text';

type Loaded = typeof import('./view');

export class LazyNaive {
  view = $state.raw<Loaded['NaiveView'] | null>(null);
  session = $state.raw<InstanceType<Loaded['NaiveSession']> | null>(null);
  problem = $state.raw<Problem | null>(null);

  get ready(): boolean {
    return this.session?.ready ?? false;
  }

  get address(): URLSearchParams {
    return this.session?.address ?? new URLSearchParams();
  }

  async openAddress(parameters: URLSearchParams) {
    try {
      const { NaiveSession, NaiveView } = await import('./view');
      this.view = NaiveView;
      this.session ??= new NaiveSession();
      this.problem = null;
    } catch (error) {
      this.problem = problemOf(error, () => text.viewFailed);
      return;
    }
    await this.session.openAddress(parameters);
  }
}
