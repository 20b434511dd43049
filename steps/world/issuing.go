package world

import (
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
	"github.com/dpopspec/dpopspec/wallet"
)

// asksForCredential makes a request one for a credential (OpenID4VCI 1.0 §8.2), with a
// new c_nonce and key proof each time it is sent: what is sent twice on purpose must
// not be refused for a c_nonce that serves once.
func (w *World) asksForCredential(r *wire.Request, from *target.Issuance) error {
	key, err := w.Key("holder of the credential")
	if err != nil {
		return err
	}
	sender := w.sender()
	r.Fields = append(r.Fields, wire.Field{Name: "Content-Type", Value: "application/json"})
	r.Complete = func(r *wire.Request, now time.Time) error {
		proof := wallet.KeyProof{Issuer: from.Issuer}
		if from.Nonce != "" {
			e, err := sender.Do(w.Context, wire.Request{Method: "POST", URL: from.Nonce})
			if err != nil {
				return err
			}
			body, err := dpop.ParseObject(e.Reply)
			if err != nil {
				return Inconclusivef("the nonce endpoint gives no c_nonce: status %d", e.Status)
			}
			proof.Nonce, _ = body.Text("c_nonce")
		}
		text, err := proof.Sign(key, now)
		r.Body = wallet.CredentialRequest(from.Configuration, text).JSON()
		return err
	}
	return nil
}
