package target

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/dpopspec/dpopspec/internal/child"
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
	var said standardError
	spec := o.Command.spec(nil)
	spec.Stderr = &said
	printed := &head{most: mostOffer}
	err := child.Run(ctx, spec, "", printed)
	name := strings.Join(spec.Args, " ")
	var exit *exec.ExitError
	switch {
	case errors.Is(err, errTooMuch):
		return "", errors.New(name + " writes more than a credential offer has")
	case ctx.Err() == context.DeadlineExceeded:
		return "", fmt.Errorf("%s had not ended after %v%s", name, offerTimeout, said.lastWords())
	case errors.As(err, &exit):
		return "", fmt.Errorf("%s ended %s without an offer%s", name, howEnded(exit.ProcessState), said.lastWords())
	case err != nil:
		return "", cannotStart(spec.Args, err)
	case printed.Len() == 0:
		return "", fmt.Errorf("%s ended with exit code 0 without an offer%s", name, said.lastWords())
	}
	return printed.String(), nil
}

// head keeps what a command prints, as long as it is not too much.
type head struct {
	bytes.Buffer
	most int // octets
}

// errTooMuch says that a command printed more than is read.
var errTooMuch = errors.New("it prints too much")

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	if h.Len()+len(p) > h.most {
		return 0, errTooMuch
	}
	return h.Buffer.Write(p)
}
