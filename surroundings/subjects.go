package surroundings

import "time"

// subjectRows are those where the party itself is unusual, and 5 % of requests are
// refused by lot.
var subjectRows = func() (rows []Row) {
	for _, by := range []struct {
		name, does string
		traits
	}{
		{"codes-alone", "the one client is public and redeems codes", traits{public: true}},
		{"opaque-tokens", "access tokens are opaque", traits{opaque: true}},
		{"tokens-of-5-seconds", "access tokens live for five seconds", traits{tokenLife: 5 * time.Second}},
		{"nonces-of-2-seconds", "proofs need a nonce that lives for two seconds",
			traits{nonces: true, nonceLife: 2 * time.Second}},
		{"pushes", "authorization requests must be pushed", traits{pushes: true}},
	} {
		rows = append(rows, Row{ID: "SU-26", Way: by.name, Does: by.does + ", and 5 % of requests are refused by lot",
			traits: by.traits, lacks: "iat", around: instead(share(0.05), anyOfThem), Honest: obstructed, Lax: found,
			Once: by.public}) // which has no token for an API of its own
	}
	return rows
}()
