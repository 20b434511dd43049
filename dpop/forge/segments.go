package forge

// Segments are the three parts of a compact JWS as they stand in it.
type Segments struct{ Header, Payload, Signature string }

// Compact joins the segments with dots (RFC 7515 §7.1).
func (s Segments) Compact() string { return s.Input() + "." + s.Signature }

// Input returns the JWS signing input (RFC 7515 §5.1).
func (s Segments) Input() string { return s.Header + "." + s.Payload }
