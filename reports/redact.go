package reports

import "github.com/dpopspec/dpopspec/internal/mask"

// Redactor masks the secrets of a run: those it has been told, in every encoding
// in which they travel, and those that their place gives away, such as the
// Authorization field or a client_secret parameter. It is safe for use by
// several goroutines. A mask is left alone when a masked text is masked again.
type Redactor struct{ secrets *mask.Secrets }

// NewRedactor makes a redactor that knows the secrets. One of less than four
// octets is masked only where its place gives it away.
func NewRedactor(secrets ...string) *Redactor { return &Redactor{mask.NewSecrets(secrets...)} }

// Knowing is the redactor with further secrets, such as the tokens that a case came by. It
// leaves r as it is.
func (r *Redactor) Knowing(secrets ...string) *Redactor { return &Redactor{r.secrets.And(secrets...)} }

// Text is the text with every secret masked. A token keeps its first
// characters and its length, so that two tokens can be told apart: eyJhbG…(842).
func (r *Redactor) Text(s string) string { return r.secrets.Mask(s) }
