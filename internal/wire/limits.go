package wire

// maxBody bounds how much of a request body is read and recorded.
const maxBody = 4 << 20

// maxReply bounds how much of an answer is read: a hostile server may send for ever.
const maxReply = 1 << 20

// maxLines bounds how many field lines of an answer are kept. Short ones take ten times
// the memory of what was sent.
const maxLines = 1000

// maxKept is how large a buffer is kept for the next request of a connection.
const maxKept = 1 << 16

// mostRecorded and mostOctets are how many requests a Recorder takes, and how much of
// what their senders wrote, unless it keeps the newest alone.
const (
	mostRecorded = 1 << 15
	mostOctets   = 64 << 20
)
