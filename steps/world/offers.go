package world

import (
	"fmt"
	"net/url"

	"github.com/dpopspec/dpopspec/internal/wire"
	"github.com/dpopspec/dpopspec/target"
	"github.com/dpopspec/dpopspec/wallet"
)

// preAuthorized adds to a token request a new pre-authorized code (OpenID4VCI 1.0 §6.1),
// and its transaction code if it has one.
func (w *World) preAuthorized(form url.Values, client target.RegisteredClient) error {
	if w.EmbeddedAS() {
		as, err := w.AS()
		if err != nil {
			return err
		}
		wanted := url.Values{}
		w.AddResource(wanted, client)
		form.Set("pre-authorized_code", as.PreAuthorize(wanted["resource"], wanted.Get("scope"), ""))
		return nil
	}
	if client.Offers == nil {
		return Rarelyf(ClientsKey, "nobody makes credential offers for the client %s; "+
			"name a URL or a command that does, as pre_authorized_code", client.ID)
	}
	offer, err := w.newOffer(client.Offers)
	if err != nil {
		return err
	}
	form.Set("pre-authorized_code", offer.Code)
	if offer.TxCode == "" {
		offer.TxCode = client.Offers.TxCode
	}
	if offer.TxCode != "" {
		form.Set("tx_code", offer.TxCode)
	} else if offer.WantsTxCode {
		return Lackingf(ClientsKey, "the credential offers for the client %s need a transaction code; "+
			"give it as pre_authorized_code.tx_code", client.ID)
	}
	return nil
}

// newOffer gets a credential offer as the configuration says.
func (w *World) newOffer(from *target.Offers) (wallet.Offer, error) {
	read := func(text string, err error) (wallet.Offer, error) {
		if err != nil {
			return wallet.Offer{}, Inconclusivef("no credential offer to test with: %v", err)
		}
		offer, err := wallet.ReadOffer(text)
		if err != nil {
			return offer, Inconclusivef("the credential offer cannot be read: %v", err)
		}
		return offer, nil
	}
	fetch := func(method, address string) (string, error) {
		e, err := w.Send("a credential offer", wire.Request{Method: method, URL: address})
		if err == nil && e.Status/100 != 2 {
			err = fmt.Errorf("status %d", e.Status)
		}
		if err != nil {
			return "", err
		}
		return string(e.Reply), nil
	}
	var offer wallet.Offer
	var err error
	if from.URL != "" {
		offer, err = read(fetch(from.Method, from.URL))
	} else {
		offer, err = read(from.NewOffer(w.Context))
	}
	if err != nil || offer.Reference == "" {
		return offer, err
	}
	told := offer.TxCode
	if offer, err = read(fetch("GET", offer.Reference)); err == nil && offer.Reference != "" {
		err = Inconclusivef("the credential offer leads to another: %s", wire.Brief(offer.Reference))
	}
	if offer.TxCode == "" {
		offer.TxCode = told
	}
	return offer, err
}
