package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/dpopspec/dpopspec/internal/mask"
)

// Broken says that the connection ended before an answer came: what a network
// does now and then, and what a server does that hangs up.
type Broken struct{ cause error }

// Error implements error.
func (b *Broken) Error() string {
	return "the connection broke before an answer came: " + b.cause.Error()
}

// Unwrap returns what broke it.
func (b *Broken) Unwrap() error { return b.cause }

// failure is an error of the transport in words fit for a report.
type failure struct {
	text  string
	cause error
}

func (f *failure) Error() string { return f.text }
func (f *failure) Unwrap() error { return f.cause }

// explain takes the URL out of net/http's errors, for it may hold a token, and
// bounds their text, for it may quote a hostile server.
func explain(err error, timeout time.Duration) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var slow net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &slow) && slow.Timeout():
		return &failure{fmt.Sprintf("no whole answer within %v", timeout), err}
	case HungUp(err):
		return &Broken{&failure{words(err), err}}
	}
	return &failure{words(err), err}
}

// words tells what went wrong, without the ports of our own end: they differ
// from run to run and say nothing.
func words(err error) string {
	var operation *net.OpError
	if errors.As(err, &operation) && operation.Op != "dial" {
		return Brief(operation.Err.Error())
	}
	return Brief(err.Error())
}

// HungUp reports whether an error means that the other side ended the
// connection, before its answer or within.
func HungUp(err error) bool {
	for _, sign := range []error{
		io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, syscall.ECONNRESET, syscall.EPIPE, net.ErrClosed,
	} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return strings.Contains(err.Error(), "server closed idle connection")
}

// TooLarge says that an answer was not read to its end.
type TooLarge struct{ Octets int } // that were read

// Error implements error.
func (t *TooLarge) Error() string {
	return fmt.Sprintf("the answer is larger than %d octets; it was not read to its end", t.Octets)
}

// TooManyLines says that an answer has more field lines than are looked at.
type TooManyLines struct{ Lines int } // that were kept

// Error implements error.
func (t *TooManyLines) Error() string {
	return fmt.Sprintf("the answer has more than %d field lines; the others were not looked at", t.Lines)
}

// Silent reports whether an error means that nobody answered: no connection came
// about, or no answer in time.
func Silent(err error) bool {
	var slow net.Error
	return errors.As(err, &slow) && slow.Timeout() || Refused(err)
}

// Refused reports whether an error means that no connection came about.
func Refused(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "dial"
}

// Untrusted reports whether an error means that the certificate of the other side
// was not trusted.
func Untrusted(err error) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}

// Alerted reports whether an error is a TLS alert: the other side ended the
// handshake, as it does where a certificate does not please it (RFC 8446 §6.2).
func Alerted(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "remote error"
}

// maxBrief is how much of a stranger's words a line of a report shows.
const maxBrief = 300

// Brief makes one short line of text that a stranger wrote. Where it is cut, a
// secret may be cut too: see [mask.Head].
func Brief(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, strings.ToValidUTF8(text, "�"))
	return mask.Head(text, maxBrief)
}
