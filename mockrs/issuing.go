package mockrs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/recent"
	"github.com/dpopspec/dpopspec/wallet"
)

// The paths of an API that issues credentials (OpenID4VCI 1.0 §7, §8, §12.2.2).
const (
	PathCredential = "/credential"
	PathNonce      = "/nonce"
	PathIssuer     = "/.well-known/openid-credential-issuer"
)

// Issuance makes an API one that issues credentials: its endpoint is PathCredential, and
// each request there needs a key proof.
type Issuance struct {
	Configuration string // the one credential configuration
	NoNonces      bool   // there is no nonce endpoint, and key proofs need no c_nonce

	mu     sync.Mutex
	nonces recent.Map[string, bool] // c_nonce values that were handed out and are unused
}

// maxNonces is how many unused c_nonce values are remembered at least, the newest.
const maxNonces = 1 << 14

// next hands out a c_nonce, which serves once.
func (i *Issuance) next() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.nonces.Room = maxNonces
	nonce := dpop.NewID()
	i.nonces.Put(nonce, true)
	return nonce
}

// spend reports whether a c_nonce was handed out and is unused, and uses it.
func (i *Issuance) spend(nonce string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	unused, _ := i.nonces.Get(nonce)
	i.nonces.Delete(nonce)
	return unused
}

// issues answers what an issuer answers to everybody, and reports whether it has.
func (a *API) issues(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case a.Issuance == nil:
		return false
	case r.Method == http.MethodGet && r.URL.EscapedPath() == PathIssuer:
		w.Header().Set("Content-Type", "application/json")
		w.Write(a.issuerMetadata().JSON())
	case r.Method == http.MethodPost && r.URL.EscapedPath() == PathNonce && !a.Issuance.NoNonces:
		a.Policy.IssuerNonce(a, w)
	default:
		return false
	}
	return true
}

// issuerMetadata are those of a credential issuer (OpenID4VCI 1.0 §12.2.4).
func (a *API) issuerMetadata() dpop.Object {
	var m, jwt, proofs, configuration, configurations dpop.Object
	m.Add("credential_issuer", a.Origin)
	m.Add("authorization_servers", []string{a.Issuer})
	m.Add("credential_endpoint", a.Origin+PathCredential)
	if !a.Issuance.NoNonces {
		m.Add("nonce_endpoint", a.Origin+PathNonce)
	}
	jwt.Add("proof_signing_alg_values_supported", dpop.AlgorithmNames())
	proofs.Add("jwt", jwt)
	configuration.Add("format", "dc+sd-jwt")
	if a.Scope != "" {
		configuration.Add("scope", a.Scope)
	}
	configuration.Add("cryptographic_binding_methods_supported", []string{"jwk"})
	configuration.Add("proof_types_supported", proofs)
	configurations.Add(a.Issuance.Configuration, configuration)
	m.Add("credential_configurations_supported", configurations)
	return m
}

// IssuerNonce is honest: the c_nonce stands in the body and, where the API asks for
// them, a DPoP nonce in its field; nothing keeps a copy (OpenID4VCI 1.0 §7.2).
func IssuerNonce(a *API, w http.ResponseWriter) {
	a.nonce(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	w.Write(dpop.Object{{Name: "c_nonce", Value: quoted(a.Issuance.next())}}.JSON())
}

// issue answers an authorised credential request (OpenID4VCI 1.0 §8.2, §8.3).
func (a *API) issue(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	code, err := a.checkCredentialRequest(r)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		w.Write(dpop.Object{
			{Name: "error", Value: quoted(code)}, {Name: "error_description", Value: quoted(describable(err.Error()))},
		}.JSON())
		return
	}
	a.Effect(r)
	var credential, answer dpop.Object
	credential.Add("credential", "example."+dpop.NewID())
	answer.Add("credentials", []dpop.Object{credential})
	w.Write(answer.JSON())
}

// maxCredentialRequest bounds the body of a credential request, in octets.
const maxCredentialRequest = 1 << 20

// checkCredentialRequest judges the body of a credential request. An error goes with
// its code (§8.3.1.2).
func (a *API) checkCredentialRequest(r *http.Request) (code string, err error) {
	const malformed, badProof, badNonce = "invalid_credential_request", "invalid_proof", "invalid_nonce"
	if r.Method != http.MethodPost {
		return malformed, errors.New("a credential is asked for by POST")
	}
	text, err := io.ReadAll(io.LimitReader(r.Body, maxCredentialRequest))
	if err != nil {
		return malformed, err
	}
	body, err := dpop.ParseObject(text)
	if err != nil {
		return malformed, err
	}
	if name, err := body.Text("credential_configuration_id"); err != nil || name != a.Issuance.Configuration {
		return "unknown_credential_configuration", errors.New("there is no such credential")
	}
	value, _ := body.Get("proofs")
	proofs, err := dpop.ParseObject(value)
	if err != nil {
		return badProof, fmt.Errorf("proofs: %w", err)
	}
	var list []string
	if value, _ = proofs.Get("jwt"); json.Unmarshal(value, &list) != nil || len(list) == 0 {
		return badProof, errors.New("there is no key proof")
	}
	for _, proof := range list {
		claims, err := readKeyProof(proof)
		if err != nil {
			return badProof, err
		}
		if audience, err := claims.Text("aud"); err != nil || audience != a.Origin {
			return badProof, errors.New("the key proof is for another issuer")
		}
		if nonce, _ := claims.Text("nonce"); !a.Issuance.NoNonces && !a.Issuance.spend(nonce) {
			return badNonce, errors.New("c_nonce is none of this issuer or was used before")
		}
	}
	return "", nil
}

// readKeyProof verifies a key proof by the key in its header (appendix F.1).
func readKeyProof(text string) (dpop.Object, error) {
	header, err := jwtHeader(text)
	if err != nil {
		return nil, err
	}
	if typ, _ := header.Text("typ"); typ != wallet.TypKeyProof {
		return nil, errors.New("typ is not that of a key proof")
	}
	value, _ := header.Get("jwk")
	jwk, err := dpop.ParseObject(value)
	if err != nil {
		return nil, err
	}
	key, err := dpop.ParsePublicKey(jwk)
	if err != nil {
		return nil, err
	}
	alg, err := header.Text("alg")
	if err != nil || !slices.Contains(dpop.AlgorithmNames(), alg) {
		return nil, errors.New("alg is not an asymmetric signature algorithm")
	}
	payload, _, err := verify(text, jose.SignatureAlgorithm(alg), []dpop.PublicKey{*key})
	if err != nil {
		return nil, err
	}
	return dpop.ParseObject(payload)
}
