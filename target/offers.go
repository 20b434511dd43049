package target

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Offers is where the pre-authorized codes of a client come from (OpenID4VCI 1.0 §4.1).
type Offers struct {
	URL, Method string // a request to it makes a new offer; empty: Command does
	Command     Command
	TxCode      string // the transaction code of every offer; empty: none, or the offer tells
}

// offerTimeout is how long a command may take to make an offer, mostOffer how much it
// may say, in octets.
const (
	offerTimeout = 30 * time.Second
	mostOffer    = 64 << 10
)

// NewOffer runs the command of a configuration and returns what it writes to standard
// output. An error tells how the command ended.
func (o *Offers) NewOffer(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, offerTimeout)
	defer cancel()
	p, err := start(ctx, o.Command, nil)
	if err != nil {
		return "", err
	}
	defer p.Stop()
	p.stdin.Close()
	var said strings.Builder
	for line := range p.lines {
		if said.Len()+len(line) > mostOffer {
			return "", errors.New(p.name() + " writes more than a credential offer has")
		}
		said.WriteString(line)
		said.WriteByte('\n')
	}
	<-p.done
	if ctx.Err() == context.DeadlineExceeded {
		return "", fmt.Errorf("%s had not ended after %v", p.name(), offerTimeout)
	}
	if said.Len() == 0 || !p.command.ProcessState.Success() {
		return "", fmt.Errorf("%s ended %s without an offer%s", p.name(), p.code(), p.lastWords())
	}
	return said.String(), nil
}
