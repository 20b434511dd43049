package world

import "time"

// offset is how far a server's clock is ahead of ours: between least and most, as
// far as the Date fields of its answers tell (RFC 9110 §6.6.1). A Date is written
// after the request was sent and before the answer was received, and in whole
// seconds: what the way costs must not be taken for an error of the clock.
type offset struct{ least, most time.Duration }

// seen narrows what was known by one more answer. Where both contradict each
// other the clock was set meanwhile, and the newer one counts.
func (o *offset) seen(date, sent, received time.Time) *offset {
	now := offset{date.Sub(received), date.Add(time.Second).Sub(sent)}
	if o == nil {
		return &now
	}
	both := offset{max(o.least, now.least), min(o.most, now.most)}
	if both.least > both.most {
		return &now
	}
	return &both
}

// likely is the offset to reckon with: none where the clocks may agree, else the
// least that is possible.
func (o *offset) likely() time.Duration {
	switch {
	case o == nil:
		return 0
	case o.least > 0:
		return o.least
	case o.most < 0:
		return o.most
	}
	return 0
}
