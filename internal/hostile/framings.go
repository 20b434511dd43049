package hostile

// framings are answers that are no sound HTTP/1.1 (RFC 9112).
func framings() []Misbehaviour {
	const grant = `{"access_token":"stolen","token_type":"DPoP"}`
	return []Misbehaviour{
		answer("another protocol", "speaks SSH", "SSH-2.0-OpenSSH_9.6\r\n"),
		answer("HTTP/0.9", "answers with a body alone", grant),
		answer("binary", "answers with octets of no meaning", "\x16\x03\x01\x00\x00\xff\xfe\x00\r\n\r\n"),
		answer("no status", "leaves the status out", "HTTP/1.1 \r\n\r\n"),
		answer("status of six digits", "has a status that does not exist", "HTTP/1.1 200200 OK\r\n\r\n"),
		answer("a length that is no number", "has a Content-Length of letters", "HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n"+grant),
		answer("a negative length", "has a Content-Length below nothing", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"+grant),
		answer("two lengths", "has two Content-Length fields that differ", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 45\r\n\r\n"+grant),
		answer("a length too long", "promises more than it sends", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4096\r\n\r\n"+grant),
		answer("a length too short", "cuts its own JSON", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n"+grant),
		answer("broken chunks", "has a chunk size that is no number", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"+grant),
		answer("a chunk too large", "has a chunk of more octets than there are numbers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"+grant),
		answer("a field without a colon", "has a line that is no field", "HTTP/1.1 200 OK\r\nthis is no field\r\n\r\n"+grant),
		answer("NUL in a field", "has NUL in a field value", "HTTP/1.1 200 OK\r\nX-A: a\x00b\r\n\r\n"+grant),
		answer("a protocol switched", "answers 101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
	}
}
