package wallet_test

import (
	"fmt"
	"log"
	"time"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/wallet"
)

// A wallet reads a credential offer from a link.
func ExampleReadOffer() {
	offer, err := wallet.ReadOffer(`openid-credential-offer://?credential_offer=` +
		`%7B%22credential_issuer%22%3A%22https%3A%2F%2Fissuer.example%22%2C%22grants%22%3A%7B` +
		`%22urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code%22%3A%7B` +
		`%22pre-authorized_code%22%3A%22oaKazRN8I0IbtZ0C7JuMn5%22%2C%22tx_code%22%3A%7B%7D%7D%7D%7D`)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(offer.Code, offer.WantsTxCode)
	// Output: oaKazRN8I0IbtZ0C7JuMn5 true
}

// It proves the key that the credential is to be bound to. That is no DPoP proof.
func ExampleKeyProof_Sign() {
	key, err := dpop.GenerateKey("ES256")
	if err != nil {
		log.Fatal(err)
	}
	proof := wallet.KeyProof{ClientID: "wallet", Issuer: "https://issuer.example", Nonce: "c-nonce"}
	jwt, err := proof.Sign(key, time.Unix(1762700000, 0))
	if err != nil {
		log.Fatal(err)
	}
	header, payload, _, err := dpop.SplitCompact(jwt, dpop.DecodeSegment)
	if err != nil {
		log.Fatal(err)
	}
	protected, err := dpop.ParseObject(header)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(protected.Text("typ"))
	fmt.Println(string(payload))
	// Output:
	// openid4vci-proof+jwt <nil>
	// {"iss":"wallet","aud":"https://issuer.example","iat":1762700000,"nonce":"c-nonce"}
}
