@battery
Feature: The signature is made by the key in the proof
  RFC 9449 §4.3, check 6: the signature verifies over what was received with the key
  in jwk and no other, in the one form that its algorithm has (RFC 7518 §3.4, §3.5).

  @RFC9449-4.3-30 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A signature over something else is refused
    Given an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | value                             |
      | tampered in its first byte        |
      | tampered in its middle            |
      | over other claims                 |
      | over another header               |
      | of another proof                  |
      | over the objects without encoding |

  @RFC9449-4.3-31 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A signature by another key than the embedded one is refused
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part      | value                                                              |
      | signature | made by another key                                                |
      | jwk       | of another key                                                     |
      | jwk       | the right key, while kid names the one that signed                 |
      | jwk       | the right key, while x5c holds the one that signed                 |
      | jwk       | the right key, while a certificate in it holds the one that signed |
      | jwk       | a public key of the server                                         |

  # A server that keeps keys by their name verifies with one and binds to the other.
  @RFC9449-4.3-31 @at:token @at:par @at:userinfo @at:api
  Scenario: A key that the server has seen under a name does not speak for another of that name
    Given an honest proof is accepted
    When the request carries a proof by another key, whose kid the server has seen with that key
    Then it is refused

  @RFC9449-4.3-32 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An ECDSA signature of another form is refused
    Given an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | value                              |
      | DER                                |
      | one octet short                    |
      | one octet long                     |
      | led by a zero octet                |
      | followed by a tail                 |
      | with halves swapped                |
      | stripped of its leading zeros      |
      | with each half led by a zero octet |

  @RFC9449-4.3-33 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A degenerate ECDSA signature is refused
    Given an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | value                        |
      | all zero                     |
      | with r zero                  |
      | with s zero                  |
      | with r equal to the order    |
      | with s equal to the order    |
      | with both equal to the order |
      | with r beyond the order      |
      | with s beyond the order      |
      | with both halves one         |

  # Each comparison of SEC 1 §4.1.4 that is left out shows at other numbers.
  @RFC9449-4.3-33 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An ECDSA signature that anybody can write is refused
    Given an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | value                                                           |
      | zero for r and one for s                                        |
      | zero for r and one less than the order for s                    |
      | zero for r and the order for s                                  |
      | zero for r and one more than the order for s                    |
      | zero for r and the field prime for s                            |
      | one for r and zero for s                                        |
      | one for r and one less than the order for s                     |
      | one for r and the order for s                                   |
      | one for r and one more than the order for s                     |
      | one for r and the field prime for s                             |
      | one less than the order for r and zero for s                    |
      | one less than the order for r and one for s                     |
      | one less than the order for r and one less than the order for s |
      | one less than the order for r and the order for s               |
      | one less than the order for r and one more than the order for s |
      | one less than the order for r and the field prime for s         |
      | the order for r and zero for s                                  |
      | the order for r and one for s                                   |
      | the order for r and one less than the order for s               |
      | the order for r and one more than the order for s               |
      | the order for r and the field prime for s                       |
      | one more than the order for r and zero for s                    |
      | one more than the order for r and one for s                     |
      | one more than the order for r and one less than the order for s |
      | one more than the order for r and the order for s               |
      | one more than the order for r and one more than the order for s |
      | one more than the order for r and the field prime for s         |
      | the field prime for r and zero for s                            |
      | the field prime for r and one for s                             |
      | the field prime for r and one less than the order for s         |
      | the field prime for r and the order for s                       |
      | the field prime for r and one more than the order for s         |
      | the field prime for r and the field prime for s                 |

  # Raised halves fit on P-521 alone, which is slow: one endpoint of each server.
  @RFC9449-4.3-33 @at:token @at:api
  Scenario Outline: An ECDSA signature that is raised by the order is refused
    Given an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | value                      |
      | with r raised by the order |
      | with s raised by the order |

  @RFC9449-4.3-34 @at:token @at:par @at:userinfo @at:api
  Scenario: An empty signature is refused
    Given an honest proof is accepted
    When the request carries a proof whose signature is empty
    Then it is refused

  @RFC7518-3.5-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A PSS signature with another salt or mask is refused
    Given an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | value                       |
      | with an empty salt          |
      | with a salt of 20 octets    |
      | with the longest salt       |
      | with a mask made with SHA-1 |

  @RFC9449-4.3-33 @RFC8017-8.2.2-01 @at:token @at:par @at:userinfo @at:api
  Scenario: An RSA signature out of range is refused
    Given an honest proof is accepted
    When the request carries a proof whose signature is raised by the modulus
    Then it is refused

  @RFC8032-5.1.7-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An Ed25519 signature that is raised by the group order is refused
    Given an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | value                            |
      | with S raised by the group order |
      | with S raised as far as it fits  |

  @RFC8017-8.2.2-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An RSA signature over another encoding of the digest is refused
    Given an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | value                            |
      | with short padding and a tail    |
      | with a tail and no padding       |
      | with padding of another octet    |
      | with the padding of encryption   |
      | with a hash that has parameters  |
      | with a digest of an unknown hash |

  @RFC8017-8.2.2-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An RSA signature of another length is refused
    Given the client's key is for "RS256"
    And an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | value               |
      | led by a zero octet |
      | one octet long      |
      | one octet short     |
      | followed by a tail  |

  # To find such a signature takes a hundred of them: one endpoint of each server.
  @RFC8017-8.2.2-01 @at:token @at:api
  Scenario: An RSA signature without its natural leading zero is refused
    Given the client's key is for "RS256"
    And an honest proof is accepted
    When the request carries a proof whose signature is short of its natural leading zero
    Then it is refused

  # To find such a signature takes a hundred of them: one endpoint is enough.
  @RFC9449-4.3-30 @at:api
  Scenario: An RSA signature with a natural leading zero is accepted
    Given the client's key is for "RS256"
    And an honest proof is accepted
    When the request carries a proof whose signature is with a natural leading zero
    Then it is accepted

  @RFC7518-3.4-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A signature with a natural leading zero is accepted
    Given an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is accepted

    Examples:
      | value                            |
      | with a natural leading zero in r |
      | with a natural leading zero in s |

  @RFC7518-3.4-01 @at:token @at:api
  Scenario Outline: A signature with a natural leading zero is accepted on every curve
    Given the client's key is for "<algorithm>"
    And an honest proof is accepted
    When the request carries a proof whose signature is with a natural leading zero in s
    Then it is accepted

    Examples:
      | algorithm |
      | ES384     |
      | ES512     |

  @RFC9449-4.3-30 @verdict:info @at:token @at:par @at:userinfo @at:api
  Scenario: The other signature of the same claims is accepted
    Given an honest proof is accepted
    When the request carries a proof whose signature is malleated
    Then it is accepted

  # What holds for P-256 is code of its own for every other curve in many libraries.
  @RFC9449-4.3-32 @RFC9449-4.3-33 @at:token @at:api
  Scenario Outline: An ECDSA signature of another form or range is refused on every curve
    Given the client's key is for "<algorithm>"
    And an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | algorithm | value                              |
      | ES384     | DER                                |
      | ES384     | all zero                           |
      | ES384     | with both equal to the order       |
      | ES384     | with each half led by a zero octet |
      | ES384     | followed by a tail                 |
      | ES512     | DER                                |
      | ES512     | all zero                           |
      | ES512     | with both equal to the order       |
      | ES512     | with each half led by a zero octet |
      | ES512     | followed by a tail                 |

  @RFC8032-5.1.7-01 @RFC9449-4.3-30 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An Ed25519 signature of another form is refused
    Given the client's key is for "EdDSA"
    And an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | value                      |
      | empty                      |
      | all zero                   |
      | tampered in its first byte |
      | one octet short            |
      | one octet long             |
      | led by a zero octet        |
      | followed by a tail         |

  @RFC8017-8.2.2-01 @RFC9449-4.3-30 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An RSA signature that anybody can write is refused
    Given the client's key is for "<algorithm>"
    And an honest proof is accepted
    When the request carries a proof whose signature is <value>
    Then it is refused

    Examples:
      | algorithm | value                  |
      | RS256     | empty                  |
      | RS256     | all zero               |
      | RS256     | that is the number one |
      | PS256     | empty                  |
      | PS256     | all zero               |
      | PS256     | that is the number one |
      | PS256     | led by a zero octet    |
      | PS256     | one octet short        |
      | PS256     | followed by a tail     |
