package wallet

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
)

// Offer is what a credential offer says to a wallet that redeems a pre-authorized code
// (OpenID4VCI 1.0 §4.1.1).
type Offer struct {
	Code        string // the pre-authorized code
	WantsTxCode bool   // a transaction code goes with it, which the person is told elsewhere
	TxCode      string // that code, where whoever made the offer told it along with it
	Reference   string // credential_offer_uri, where the offer itself is to be fetched; else empty
}

// ReadOffer reads what makers of offers give: the JSON of a credential offer; a link
// with credential_offer or credential_offer_uri, in whatever scheme; a JSON object that
// has such a link, or a code, as one of its members; or the bare code.
func ReadOffer(text string) (Offer, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return Offer{}, errors.New("it is empty")
	case strings.HasPrefix(text, "{"):
		object, err := dpop.ParseObject([]byte(text))
		if err != nil {
			return Offer{}, err
		}
		return readObject(object)
	case strings.HasPrefix(text, `"`):
		return ReadOffer(strings.Trim(text, `"`))
	case strings.Contains(text, "?"):
		return readLink(text)
	case strings.ContainsAny(text, " \t\r\n<>"):
		return Offer{}, errors.New("it is neither a credential offer, nor a link to one, nor a code")
	}
	return Offer{Code: text}, nil
}

// links are the members under which makers of offers put the link.
var links = []string{"credential_offer_link", "offer", "offer_uri", "uri", "url", "link", "qr_content", "deeplink"}

func readObject(object dpop.Object) (Offer, error) {
	if grants, found := object.Get("grants"); found {
		return readGrants(grants)
	}
	offer, err := readMember(object)
	if err != nil {
		return offer, err
	}
	for _, name := range []string{"tx_code", "user_pin", "pin"} {
		if told, err := object.Text(name); err == nil {
			offer.TxCode = told
		}
	}
	return offer, nil
}

func readMember(object dpop.Object) (Offer, error) {
	if code, err := object.Text("pre-authorized_code"); err == nil {
		return Offer{Code: code}, nil
	}
	if address, err := object.Text("credential_offer_uri"); err == nil {
		if strings.Contains(address, "credential_offer") && strings.Contains(address, "?") {
			return ReadOffer(address)
		}
		return Offer{Reference: address}, nil
	}
	if value, found := object.Get("credential_offer"); found {
		return ReadOffer(string(value))
	}
	for _, name := range links {
		if text, err := object.Text(name); err == nil {
			return ReadOffer(text)
		}
	}
	return Offer{}, fmt.Errorf("it has neither grants, nor pre-authorized_code, nor credential_offer, nor %s",
		strings.Join(links, ", "))
}

func readGrants(value []byte) (Offer, error) {
	grants, err := dpop.ParseObject(value)
	if err != nil {
		return Offer{}, fmt.Errorf("grants: %w", err)
	}
	value, found := grants.Get(GrantPreAuthorized)
	if !found {
		return Offer{}, errors.New("the offer has no pre-authorized code")
	}
	grant, err := dpop.ParseObject(value)
	if err != nil {
		return Offer{}, fmt.Errorf("the grant of the offer: %w", err)
	}
	code, err := grant.Text("pre-authorized_code")
	if err != nil {
		return Offer{}, fmt.Errorf("the grant of the offer: %w", err)
	}
	return Offer{Code: code, WantsTxCode: grant.Has("tx_code")}, nil
}

func readLink(text string) (Offer, error) {
	u, err := url.Parse(text)
	if err != nil {
		return Offer{}, errors.New("the link of the offer is no URL")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Offer{}, errors.New("the query of the offer's link is not well formed")
	}
	switch offer, reference := query.Get("credential_offer"), query.Get("credential_offer_uri"); {
	case offer != "" && strings.HasPrefix(strings.TrimSpace(offer), "{"):
		return ReadOffer(offer)
	case reference != "":
		return Offer{Reference: reference}, nil
	}
	return Offer{}, errors.New("the link has neither credential_offer nor credential_offer_uri")
}
