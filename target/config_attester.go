package target

import (
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/wallet"
)

// attesterSection is who vouches for the keys of a client: the harness plays it.
type attesterSection struct {
	Key    *keySection `yaml:"key"`
	Issuer string      `yaml:"issuer"`
	Chain  string      `yaml:"x5c"`
}

// attests reports whether a client authenticates by an attestation of its key.
func (c *registeredClient) attests() bool {
	return c.Auth == wallet.AuthAttestation || c.Auth == wallet.AuthAttestationDPoP
}

// canAttest reports whether a client has what its attestations take: somebody who makes
// them, or one that is ready with the key that it is about.
func (c *registeredClient) canAttest() bool {
	return c.Attester != nil || c.Attestation != "" && c.Key != nil
}

// readAttestation makes a client one that authenticates by attestation.
func (c *registeredClient) readAttestation(t *Target, client *RegisteredClient) error {
	switch {
	case !c.attests() && c.Attester == nil && c.Attestation == "":
		return nil
	case !c.attests():
		return fmt.Errorf("attester and attestation are for auth %s and %s, not for %s",
			wallet.AuthAttestation, wallet.AuthAttestationDPoP, client.Auth)
	case c.Attester != nil && c.Attestation != "":
		return errors.New("give attester or attestation, not both: dpopspec makes the attestations, or sends yours")
	case c.Attestation != "" && c.Auth == wallet.AuthAttestationDPoP:
		return fmt.Errorf("auth %s needs attester: a proof is made by a new key in nearly every case, and an "+
			"attestation that is ready speaks of one; write auth: %s", c.Auth, wallet.AuthAttestation)
	}
	instance := &wallet.Instance{
		ClientID: client.ID, Key: client.Key, Ready: c.Attestation, Combined: c.Auth == wallet.AuthAttestationDPoP,
	}
	if c.Attestation != "" {
		t.Secrets = append(t.Secrets, c.Attestation)
	}
	var err error
	if instance.Key == nil {
		if instance.Key, err = dpop.GenerateKey("ES256"); err != nil {
			return err
		}
	}
	if c.Attester != nil {
		if instance.Attester, err = c.Attester.read(t); err != nil {
			return fmt.Errorf("attester.%w", err)
		}
	}
	client.Instance = instance
	return nil
}

func (a *attesterSection) read(t *Target) (*wallet.Attester, error) {
	if a.Key == nil {
		return nil, errors.New("key is missing: the private key of the attester that the server trusts, a file or ${VARIABLE}")
	}
	key, err := t.key(*a.Key)
	if err != nil {
		return nil, fmt.Errorf("key.%w", err)
	}
	attester := &wallet.Attester{Key: key, KeyID: a.Key.ID, Issuer: a.Issuer}
	if a.Chain == "" {
		return attester, nil
	}
	text := a.Chain
	if !looksLikeKey(text) {
		if text, err = t.read(a.Chain); err != nil {
			return nil, fmt.Errorf("x5c %s cannot be read: %w", a.Chain, err)
		}
	}
	attester.Chain, err = chainOf(text)
	return attester, err
}

// chainOf reads certificates in PEM as the x5c header parameter wants them (RFC 7515
// §4.1.6).
func chainOf(text string) (chain []string, err error) {
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("x5c holds a %s; give certificates in PEM alone, that of the key first", block.Type)
		}
		chain = append(chain, base64.StdEncoding.EncodeToString(block.Bytes))
	}
	if chain == nil {
		return nil, errors.New("x5c holds no certificate in PEM")
	}
	return chain, nil
}

// offersSection is where pre-authorized codes come from: each serves once.
type offersSection struct {
	URL     string            `yaml:"url"`
	Method  string            `yaml:"method"`
	Command []string          `yaml:"command"`
	Env     map[string]string `yaml:"env"`
	TxCode  string            `yaml:"tx_code"`
}

// readOffers reads where a client's pre-authorized codes come from.
func (c *registeredClient) readOffers(t *Target, client *RegisteredClient) error {
	o := c.PreAuthorized
	may := client.Has(wallet.GrantPreAuthorized)
	switch {
	case o == nil && !may:
		return nil
	case o == nil:
		return errors.New("the grant of pre-authorized codes needs pre_authorized_code: {url: …} or {command: […]}, " +
			"which gives a new credential offer each time: a code serves once")
	case !may:
		return fmt.Errorf("pre_authorized_code needs the grant %s; add it to grants", wallet.GrantPreAuthorized)
	case (o.URL == "") == (len(o.Command) == 0):
		return errors.New("pre_authorized_code: give exactly one of url and command")
	}
	if o.URL != "" {
		u, err := url.Parse(o.URL) // its query says what the offer is for
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return fmt.Errorf("pre_authorized_code.url: %q is no URL such as https://issuer.example/offers", o.URL)
		}
	}
	method := o.Method
	if method == "" {
		method = "GET"
	}
	if !slices.Contains([]string{"GET", "POST"}, method) {
		return fmt.Errorf("pre_authorized_code.method %q is neither GET nor POST", method)
	}
	if o.TxCode != "" {
		t.Secrets = append(t.Secrets, o.TxCode)
	}
	client.Offers = &Offers{URL: o.URL, Method: method, Command: t.command(o.Command, o.Env), TxCode: o.TxCode}
	return nil
}
