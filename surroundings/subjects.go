package surroundings

import "time"

// subjectRows are those where the party itself is unusual, and 5 % of requests are
// refused by lot.
var subjectRows = func() (rows []Row) {
	for _, by := range []struct {
		name, does string
		traits
		lacks string // a check; where proofs need nonces, the time may be taken from them
	}{
		{"codes-alone", "the one client is public and redeems codes", traits{public: true}, "iat"},
		{"opaque-tokens", "access tokens are opaque", traits{opaque: true}, "iat"},
		{"tokens-of-5-seconds", "access tokens live for five seconds", traits{tokenLife: 5 * time.Second}, "iat"},
		{"nonces-of-2-seconds", "proofs need a nonce that lives for two seconds",
			traits{nonces: true, nonceLife: 2 * time.Second}, "htm"},
		{"pushes", "authorization requests must be pushed", traits{pushes: true}, "iat"},
	} {
		refusal, around := "refused by lot", instead(share(0.05), anyOfThem)
		if by.nonces { // a proof that is refused by lot looks like one whose nonce is over
			refusal, around = "answered 503", instead(share(0.05), refusing(overloaded))
		}
		rows = append(rows, Row{ID: "SU-26", Way: by.name, Does: by.does + ", and 5 % of requests are " + refusal,
			traits: by.traits, lacks: by.lacks, around: around, Honest: obstructed, Lax: found,
			Once: by.public}) // which has no token for an API of its own
	}
	return rows
}()
