@battery
Feature: The proof carries one complete public key
  RFC 9449 §4.3, checks 5 to 7: jwk is a public key, complete, on its curve, in its
  one canonical spelling, and holds nothing private (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).

  @RFC9449-4.3-35 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A jwk that is no key is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                         |
      | missing                       |
      | null                          |
      | empty                         |
      | a number                      |
      | true                          |
      | an object                     |
      | an array                      |
      | a string of JSON              |
      | a PEM                         |
      | a thumbprint                  |
      | a JWKS                        |
      | a kid alone                   |
      | the key inside another object |

  @RFC9449-4.3-37 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A key with a member missing or of another type is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                      |
      | without kty                |
      | with kty null              |
      | with kty empty             |
      | with kty a number          |
      | with kty an array          |
      | with kty an object         |
      | with kty called KTY        |
      | with kty twice, last wrong |
      | without crv                |
      | with crv null              |
      | with crv empty             |
      | with crv a number          |
      | with crv an array          |
      | with crv an object         |
      | with crv called CRV        |
      | with crv twice, last wrong |
      | without x                  |
      | with x null                |
      | with x empty               |
      | with x a number            |
      | with x an array            |
      | with x an object           |
      | with x called X            |
      | with x twice, last wrong   |
      | without y                  |
      | with y null                |
      | with y empty               |
      | with y a number            |
      | with y an array            |
      | with y an object           |
      | with y called Y            |
      | with y twice, last wrong   |
      | without n                  |
      | with n null                |
      | with n empty               |
      | with n a number            |
      | with n an array            |
      | with n an object           |
      | with n called N            |
      | with n twice, last wrong   |
      | without e                  |
      | with e null                |
      | with e empty               |
      | with e a number            |
      | with e an array            |
      | with e an object           |
      | with e called E            |
      | with e twice, last wrong   |

  @RFC9449-4.3-37 @RFC9864-2-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A key of an unsupported curve is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                  |
      | with crv in lower case |
      | with crv secp256r1     |
      | with crv secp256k1     |
      | with crv P-224         |
      | with crv P-384         |
      | with crv BLS12381G1    |
      | with unknown crv       |
      | with crv X25519        |
      | with crv Ed448         |
      | on P-224               |
      | on P-192               |

  @RFC9449-4.3-37 @RFC7517-4.1-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A key of another type is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                             |
      | of kty ec                         |
      | of kty rsa                        |
      | of kty okp                        |
      | of kty RSA with the members of EC |
      | of kty EC with the members of RSA |
      | of kty EC with the members of OKP |
      | of kty OKP with the members of EC |
      | of unknown kty                    |
      | of kty AKP                        |
      | of kty oct                        |

  @RFC9449-4.3-28 @RFC9449-4.3-31 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A key in whose jwk another key stands is one key, by its kty
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                                     |
      | an RSA key beside the EC key that signed  |
      | an RSA key beside the OKP key that signed |
      | an EC key beside the RSA key that signed  |
      | an OKP key beside the RSA key that signed |

  @RFC9449-4.3-38 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A point that is not on the curve is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                                        |
      | a point off the curve                        |
      | the point (0, 0)                             |
      | the point (1, 1)                             |
      | a point with x and y swapped                 |
      | a point whose x is the field prime           |
      | a point beyond the field                     |
      | a mirrored point                             |
      | a point whose x is raised by the field prime |
      | a point whose y is raised by the field prime |

  @RFC9449-4.3-38 @RFC9449-4.3-79 @at:userinfo @at:api
  Scenario: The mirrored key is another key
    Given an honest proof is accepted
    When the request carries a proof whose jwk is a mirrored point with a matching signature
    Then it is refused

  @RFC9449-4.3-39 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A coordinate that is not of full length is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                             |
      | stripped of a leading zero in x   |
      | stripped of a leading zero in y   |
      | with a zero octet before a member |
      | with a zero octet behind a member |
      | with a member cut short           |

  @RFC7638-3-04 @verdict:warn @at:token @at:par @at:userinfo @at:api
  Scenario: An RSA exponent in another spelling is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is with a zero octet before e
    Then it is refused

  @RFC9449-4.3-39 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A coordinate with a natural leading zero is accepted
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is accepted

    Examples:
      | value                            |
      | with a natural leading zero in x |
      | with a natural leading zero in y |

  @RFC9449-4.3-40 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A weak RSA key is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                     |
      | RSA of 512 bits           |
      | RSA of 1024 bits          |
      | RSA of 2047 bits          |
      | RSA with exponent 1       |
      | RSA with an even exponent |

  @RFC9449-4.3-40 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An RSA key of unusual size is accepted or refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is accepted or refused

    Examples:
      | value               |
      | RSA of 16384 bits   |
      | RSA with exponent 3 |

  # RFC 8812 and RFC 8037 let a server have them.
  @RFC9449-4.3-37 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A curve that few servers have is accepted or refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is accepted or refused

    Examples:
      | value        |
      | on secp256k1 |
      | on Ed448     |

  @RFC9449-4.3-41 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A private key is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                 |
      | the whole private key |
      | with its d            |
      | with a wrong d        |

  @RFC9449-4.3-41 @verdict:warn @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A member of a private key is refused whatever it holds
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value           |
      | with an empty d |
      | with d null     |
      | with d a number |
      | with d false    |

  @RFC9449-4.3-41 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: What gives a private RSA key away is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                |
      | with its primes      |
      | with its p           |
      | with its q           |
      | with its CRT members |
      | with its dp          |
      | with its dq          |
      | with its qi          |
      | with further primes  |

  @RFC9449-4.3-41 @verdict:warn @at:token @at:par @at:userinfo @at:api
  Scenario: A member of a private RSA key is refused whatever it holds
    Given an honest proof is accepted
    When the request carries a proof whose jwk is with empty primes
    Then it is refused

  @RFC9449-4.3-41 @RFC8037-2-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A private key of another type is refused
    Given the client's key is for "<algorithm>"
    And an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | algorithm | value                 |
      | Ed25519   | with its d            |
      | RS256     | the whole private key |
      | RS256     | with its d            |

  @RFC9449-4.3-41 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: The member of a secret in a public key is accepted or refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is with a k
    Then it is accepted or refused

  @RFC9449-4.3-29 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A key that is for something else is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                     |
      | for another alg           |
      | for an unknown alg        |
      | for encryption            |
      | for the operation encrypt |
      | for no operation          |

  @RFC9449-4.3-29 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: A key for signing alone is accepted or refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is for the operation sign
    Then it is accepted or refused

  @RFC7638-3-04 @verdict:warn @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A second text of the same key is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                                  |
      | with padding in a member               |
      | with a line break in a member          |
      | with a line break behind a member      |
      | with a space in a member               |
      | with trailing bits in a member         |
      | with a member in the standard alphabet |
      | with a member in hexadecimal           |
      | with a NUL behind a member             |

  @RFC8037-2-01 @at:token @at:par @at:userinfo @at:api
  Scenario: An Edwards key that is none is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is a point that does not exist
    Then it is refused

  @RFC8037-2-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An Edwards key of another length is refused
    Given the client's key is for "Ed25519"
    And an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is refused

    Examples:
      | value                              |
      | with a zero octet before a member  |
      | with a zero octet behind a member  |
      | with a member cut short            |
      | with crv X25519                    |

  @RFC8037-2-01 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: An Edwards point of low order is accepted or refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is a point of low order
    Then it is accepted or refused
