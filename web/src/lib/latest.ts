// Does one thing at a time, and of what is wanted meanwhile only the newest: a hand that moves asks
// faster than there are answers.
export class Latest {
  private running = false;
  private next: (() => Promise<void>) | null = null;

  // Whether something newer is wanted than what is being done.
  get isBehind(): boolean {
    return this.next !== null;
  }

  async run(work: () => Promise<void>) {
    this.next = work;
    if (this.running) return;
    this.running = true;
    try {
      while (this.next) {
        const now: () => Promise<void> = this.next;
        this.next = null;
        await now();
      }
    } finally {
      this.running = false;
    }
  }
}
