package forge

import "github.com/dpopspec/dpopspec/dpop"

// editJWK changes the drafted jwk.
func editJWK(edit func(*dpop.Object)) func(*Forgery) error {
	return func(f *Forgery) error {
		value, _ := f.Draft.Header.Get("jwk")
		jwk, err := dpop.ParseObject(value)
		if err != nil {
			return err
		}
		edit(&jwk)
		f.Draft.Header.Set("jwk", jwk)
		return nil
	}
}

// material names the member that holds the key: the modulus of an RSA key,
// else the first coordinate.
func material(jwk dpop.Object) string {
	if jwk.Has("n") {
		return "n"
	}
	return "x"
}

// octetKey is the JWK of a secret (RFC 7518 §6.4), which is given in base64url.
func octetKey(k string) dpop.Object {
	var jwk dpop.Object
	jwk.Add("kty", "oct")
	jwk.Add("k", k)
	return jwk
}
