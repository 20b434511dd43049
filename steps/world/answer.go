package world

// Answer is what a server made of a request, whatever the words it used.
type Answer int

// The kinds of answers.
const (
	Unclear    Answer = iota // neither granted nor refused: a redirect, 429, no answer
	Accepted                 // granted what was asked for
	Refused                  // a client error: nothing granted
	Challenged               // asked for a nonce (RFC 9449 §8, §9)
	Broken                   // a server error
)

// String names the answer in a report.
func (a Answer) String() string {
	return [...]string{"unclear", "accepted", "refused", "challenged for a nonce", "server error"}[a]
}
