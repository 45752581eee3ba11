/** How each figure is got and how sure it is: the same words in every report. RFC numbers and sections are the sources. */
export const METHOD_NOTES: readonly { readonly what: string; readonly how: string }[] = [
  {
    what: 'Lost',
    how: 'sequence numbers in the sender-side capture that are missing in the receiver-side capture. Each lost packet is dated by its own send time, so what a sender did not send is never counted.',
  },
  {
    what: 'Outage',
    how: 'n consecutive lost packets at an interval T lasted n·T ± T (RFC 3357 loss periods), wider where the sender did not keep its pace. The largest period is judged; the sum is given beside it.',
  },
  {
    what: 'Loss-derived convergence time',
    how: 'lost packets of the flow × T, accuracy ± T (RFC 6412 Eq. 4, route-specific; RFC 6413 §6). A route is one (S,G) at one receiver.',
  },
  {
    what: 'Rate-derived convergence time',
    how: 'recovery instant − event instant (RFC 6412 Eq. 2), accuracy [−2·PSI, T + 1/OL] (RFC 6413 §6); with PSI = T and the offered load OL = 1/T, and the time in which the event was applied. Given with the interval it lies in.',
  },
  {
    what: 'Reordering',
    how: 'RFC 4737 §3.3, duplicates taken out first; the extent is that of §4.2.1.',
  },
  {
    what: 'Delay',
    how: 'one-way, from the sender-side to the receiver-side capture, by one clock; variation as PDV (RFC 5481 §4.2), smoothed jitter as in RFC 3550 §6.4.1.',
  },
  {
    what: 'Redundant feeds together',
    how: 'message by message, by sequence number: lost is what came from no feed, the first arrival counts. A message that left its sources at different times widens the interval by that.',
  },
  {
    what: 'Order entry',
    how: "silence is the time between two replies in the client's capture while an order waited; what the client did not place, or the engine held back, makes its lower end shorter. Datagrams are matched by number at both ends, TCP segments by sequence number (RFC 9293); sent again is what left with bytes that had left before.",
  },
  {
    what: 'Join delay',
    how: 'first data frame − the membership report (RFC 3918). Method A: the group was not in the forwarding table before; B: it was.',
  },
];
