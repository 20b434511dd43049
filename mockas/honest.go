package mockas

import (
	"net/http"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// HonestGate takes proofs as RFC 9449 §4.3 demands.
func HonestGate() Gate {
	return Gate{
		Fields:  func(r *http.Request) []string { return wire.RequestFields(r).Values("DPoP") },
		Present: func(lines []string) bool { return len(lines) > 0 },
		Target:  func(origin string, r *http.Request) string { return dpop.TargetURI(origin, r.RequestURI) },
		Judge: func(v *dpop.Verifier, r dpop.Request, _ Sender) (*dpop.Proof, *dpop.Refusal) {
			return v.Verify(r)
		},
	}
}

// HonestPolicy returns the policy of a server without faults.
func HonestPolicy() Policy {
	return Policy{
		Token: HonestGate(), PAR: HonestGate(), Userinfo: HonestGate(),
		Authenticate:         (*Server).Authenticate,
		TokenMethods:         []string{http.MethodPost},
		RequiresProof:        func(c *Client, _ string) bool { return c.DPoPBound },
		Constrain:            Constrain,
		Confirm:              Confirm,
		TokenType:            TokenType,
		Attestation:          ReadAttestation,
		AttestationPoP:       CheckAttestationPoP,
		Attested:             CheckAttested,
		TakesAttestation:     TakesAttestation,
		CheckInstance:        CheckInstance,
		Challenged:           Challenged,
		Challenge:            Challenge,
		AssertedTo:           AssertedTo,
		CheckPushed:          CheckPushed,
		ResponseTypes:        []string{"code"},
		Opened:               func(_, inside url.Values) url.Values { return inside },
		BindCode:             BindCode,
		MergeBinding:         func(pushed, _ string) string { return pushed },
		CheckCode:            CheckCode,
		BindRefresh:          BindRefresh,
		CheckRefresh:         CheckRefresh,
		CheckSubject:         CheckSubject,
		AfterRefusal:         func(*Server, *Call, *dpop.Refusal) {},
		ConfirmID:            ConfirmID,
		IntrospectionBinding: IntrospectionBinding,
		SignedIntrospection:  func(*dpop.Object) {},
		Metadata:             func(string, *dpop.Object) {},
		AcceptToken:          AcceptToken,
		NonceFields:          func(nonce string, _ bool) []string { return []string{nonce} },
		WriteError:           WriteError,
		NoStore:              NoStore,
		CORS:                 CORS,
		Around:               func(_ string, next http.HandlerFunc) http.HandlerFunc { return next },
	}
}
