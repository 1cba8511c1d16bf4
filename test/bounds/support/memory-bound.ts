/** The bound that README.md states: what a service needs at most at the default settings, besides state that grows with keys and ids. */
export const memoryMebibytesMax = 512;
