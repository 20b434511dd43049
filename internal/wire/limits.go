package wire

// maxBody bounds how much of a request body is read and recorded.
const maxBody = 4 << 20

// maxReply bounds how much of an answer is read: a hostile server may send for ever.
const maxReply = 1 << 20

// maxKept is how large a buffer is kept for the next request of a connection.
const maxKept = 1 << 16
