/** What JSON can say: the shape of everything that crosses a process or a file. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
