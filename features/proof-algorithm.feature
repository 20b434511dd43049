@battery
Feature: The proof is signed with an advertised asymmetric algorithm
  RFC 9449 §4.3, check 5, and §11.6: alg is an asymmetric signature algorithm that
  the server supports and its policy allows, and it fits the key (RFC 8725 §3.1).

  @RFC9449-4.3-22 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof without a usable alg is refused
    Given an honest proof is accepted
    When the request carries a proof whose alg is <value>
    Then it is refused

    Examples:
      | value     |
      | missing   |
      | null      |
      | empty     |
      | a number  |
      | true      |
      | an object |
      | an array  |

  @RFC9449-4.3-23 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An unsecured proof is refused
    Given an honest proof is accepted
    When the request carries a proof whose alg is <value>
    Then it is refused

    Examples:
      | called  | value                 |
      | lower   | none                  |
      | lower   | none with a signature |
      | capital | None                  |
      | capital | None with a signature |
      | upper   | NONE                  |
      | upper   | NONE with a signature |
      | mixed   | nOnE                  |
      | mixed   | nOnE with a signature |

  # What is taken for a secret does not hang on the hash: the rarer ones are tried with one.
  @RFC9449-4.3-24 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof with a MAC is refused
    Given an honest proof is accepted
    When the request carries a proof whose alg is <value>
    Then it is refused

    Examples:
      | value                                                            |
      | HS256 with a random secret                                       |
      | HS256 with an empty secret                                       |
      | HS256 with the PEM of the public key                             |
      | HS256 with the PEM of the public key without its last line break |
      | HS256 with the DER of the public key                             |
      | HS256 with the JWK of the public key                             |
      | HS256 with the thumbprint input of the public key                |
      | HS256 with the thumbprint of the public key                      |
      | HS256 with the first coordinate or modulus                       |
      | HS256 with the text of the first coordinate or modulus           |
      | HS256 with an oct jwk                                            |
      | HS384 with a random secret                                       |
      | HS384 with an empty secret                                       |
      | HS384 with the PEM of the public key                             |
      | HS384 with the DER of the public key                             |
      | HS384 with the JWK of the public key                             |
      | HS384 with an oct jwk                                            |
      | HS512 with a random secret                                       |
      | HS512 with an empty secret                                       |
      | HS512 with the PEM of the public key                             |
      | HS512 with the DER of the public key                             |
      | HS512 with the JWK of the public key                             |
      | HS512 with an oct jwk                                            |

  @RFC9449-4.3-24 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof with a MAC keyed by an RSA key is refused
    Given the client's key is for "RS256"
    And an honest proof is accepted
    When the request carries a proof whose alg is <value>
    Then it is refused

    Examples:
      | value                                                            |
      | HS256 with the PEM of the public key                             |
      | HS256 with the PEM of the public key without its last line break |
      | HS256 with the DER of the public key                             |
      | HS256 with the PKCS #1 PEM of the public key                     |
      | HS256 with the PKCS #1 DER of the public key                     |
      | HS256 with the JWK of the public key                             |
      | HS256 with the first coordinate or modulus                       |
      | HS256 with the text of the first coordinate or modulus           |
      | HS384 with the PEM of the public key                             |
      | HS384 with the DER of the public key                             |
      | HS384 with the JWK of the public key                             |
      | HS512 with the PEM of the public key                             |
      | HS512 with the DER of the public key                             |
      | HS512 with the JWK of the public key                             |

  @RFC9449-4.3-25 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof under another name of an algorithm is refused
    Given an honest proof is accepted
    When the request carries a proof whose alg is <value>
    Then it is refused

    Examples:
      | value           |
      | called FOO      |
      | called ES999    |
      | called RSA-OAEP |
      | called dir      |
      | called A128KW   |
      | called ES256K   |
      | in lower case   |

  @RFC9449-4.3-24 @at:token @at:par @at:userinfo @at:api
  Scenario: A signature under the name of a MAC is refused
    Given an honest proof is accepted
    When the request carries a proof whose alg is called HS256
    Then it is refused

  @RFC9449-4.3-26 @RFC8725-3.1-01 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof with an algorithm that is not advertised is refused
    Given an honest proof is accepted
    When the request carries a proof whose alg is not advertised
    Then it is refused

  @RFC9449-4.3-26 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof with an algorithm that this server leaves out is refused
    Given the server takes proofs with "ES256" alone
    And an honest proof is accepted
    When the request carries a proof whose alg is <value>
    Then it is refused

    Examples:
      | value                         |
      | ES384 though not advertised   |
      | ES512 though not advertised   |
      | EdDSA though not advertised   |
      | Ed25519 though not advertised |
      | RS256 though not advertised   |
      | RS384 though not advertised   |
      | RS512 though not advertised   |
      | PS256 though not advertised   |
      | PS384 though not advertised   |
      | PS512 though not advertised   |

  @RFC9449-4.3-26 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof with ES256 is refused where the server leaves it out
    Given the server takes proofs with "RS256" alone
    And the client's key is for "RS256"
    And an honest proof is accepted
    When the request carries a proof whose alg is ES256 though not advertised
    Then it is refused

  @RFC9449-4.3-27 @RFC9864-2-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof with an advertised algorithm is accepted
    Given an honest proof is accepted
    When the request carries a proof whose alg is <value>
    Then it is accepted

    Examples:
      | value   |
      | ES256   |
      | ES384   |
      | ES512   |
      | EdDSA   |
      | Ed25519 |
      | RS256   |
      | RS384   |
      | RS512   |
      | PS256   |
      | PS384   |
      | PS512   |

  @RFC9449-4.3-28 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An algorithm that does not fit key or signature is refused
    Given an honest proof is accepted
    When the request carries a proof whose alg is <value>
    Then it is refused

    Examples:
      | value                               |
      | RS256 for an EC key                 |
      | PS256 for an EC key                 |
      | EdDSA for an EC key                 |
      | ES256 for an OKP key                |
      | RS256 for an OKP key                |
      | ES256 for an RSA key                |
      | EdDSA for an RSA key                |
      | ES256 for a P-384 key               |
      | ES256 for a P-521 key               |
      | ES384 for a P-256 key               |
      | ES384 for a P-521 key               |
      | ES512 for a P-256 key               |
      | ES512 for a P-384 key               |
      | PS256 over a PKCS #1 signature      |
      | RS256 over a PSS signature          |
      | RS256 over a signature with SHA-512 |
      | PS256 over a signature with SHA-512 |
      | ES256 over a signature with SHA-512 |

  @RFC8725-3.1-01 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: One key for two algorithms is accepted or refused
    Given the client's key is for "RS256"
    And an honest proof is accepted
    When the request carries a proof whose alg is PS256
    Then it is accepted or refused

  @RFC9864-2-02 @at:token @at:api
  Scenario: Who takes EdDSA advertises Ed25519
    Then the server lists Ed25519 wherever it lists EdDSA
