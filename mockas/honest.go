package mockas

import (
	"net/http"
	"net/url"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// honestGate takes proofs as RFC 9449 §4.3 demands.
func honestGate() Gate {
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
		Token: honestGate(), PAR: honestGate(), Userinfo: honestGate(),
		Authenticate:         (*Server).Authenticate,
		TokenMethods:         []string{http.MethodPost},
		RequiresProof:        func(c *Client, _ string) bool { return c.DPoPBound },
		Constrain:            constrain,
		Confirm:              confirm,
		TokenType:            tokenType,
		Attestation:          ReadAttestation,
		AttestationPoP:       checkAttestationPoP,
		Attested:             CheckAttested,
		TakesAttestation:     takesAttestation,
		CheckInstance:        checkInstance,
		Challenged:           challenged,
		Challenge:            Challenge,
		AssertedTo:           assertedTo,
		CheckPushed:          checkPushed,
		ResponseTypes:        []string{"code"},
		Opened:               func(_, inside url.Values) url.Values { return inside },
		BindCode:             BindCode,
		MergeBinding:         func(pushed, _ string) string { return pushed },
		CheckCode:            checkCode,
		BindRefresh:          BindRefresh,
		CheckRefresh:         checkRefresh,
		CheckSubject:         checkSubject,
		AfterRefusal:         func(*Server, *Call, *dpop.Refusal) {},
		ConfirmID:            confirmID,
		IntrospectionBinding: introspectionBinding,
		SignedIntrospection:  func(*dpop.Object) {},
		Metadata:             func(string, *dpop.Object) {},
		AcceptToken:          acceptToken,
		NonceFields:          func(nonce string, _ bool) []string { return []string{nonce} },
		WriteError:           WriteError,
		NoStore:              NoStore,
		CORS:                 cors,
		Around:               func(_ string, next http.HandlerFunc) http.HandlerFunc { return next },
	}
}
