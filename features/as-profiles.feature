Feature: What profiles ask of an authorization server
  FAPI 2.0 Security Profile §5.3.2.1 and §5.4.1, the OAuth profile of the AT
  Protocol, and deployments with documents of their own, narrow what RFC 9449
  leaves open.

  @at:token @FAPI2-5.3.2.1-04
  Scenario: No token without a proof
    Given an honest proof is accepted
    When the request carries no proof
    Then it is refused

  @at:token @at:par @FAPI2-5.3.2.1-13a
  Scenario Outline: A clock that is a little ahead does no harm
    Given an honest proof is accepted
    When the request carries a proof whose <claim> is <ahead> s
    Then it is accepted

    Examples:
      | claim | ahead |
      | iat   | 1     |
      | iat   | 8     |
      | iat   | 10    |
      | nbf   | 1     |
      | nbf   | 8     |
      | nbf   | 10    |

  @at:token @at:par @FAPI2-5.3.2.1-13b
  Scenario Outline: A clock that is far ahead is refused
    Given an honest proof is accepted
    When the request carries a proof whose <claim> is <ahead> s
    Then it is refused

    Examples:
      | claim | ahead |
      | iat   | 61    |
      | iat   | 75    |
      | nbf   | 75    |

  @at:token @at:par @FAPI2-5.3.2.1-08
  Scenario Outline: A client assertion is for the issuer alone
    Given a client whose assertions are for the issuer alone
    And an honest proof is accepted
    When the request comes with a client assertion for <audience>
    Then it is refused

    Examples:
      | audience                      |
      | the token endpoint            |
      | the PAR endpoint              |
      | a list that holds the issuer  |
      | the issuer and another server |

  @as @FAPI2-5.3.2.2-01
  Scenario Outline: No response type but code is taken
    When the client pushes a request for "<response type>" and follows it
    Then it gets no answer but an error

    Examples:
      | response type       |
      | token               |
      | id_token            |
      | id_token token      |
      | code token          |
      | code id_token       |
      | code id_token token |
      | none                |

  @at:token @at:par @FAPI2-5.4.1-01
  Scenario Outline: An algorithm that the profile does not know is refused
    Given an honest proof is accepted
    When the request carries a proof whose alg is <algorithm> though not advertised
    Then it is refused

    Examples:
      | algorithm |
      | RS256     |
      | ES384     |
      | PS512     |

  @at:token @at:par @FAPI2-5.4.1-01
  Scenario Outline: An algorithm that the profile does not know is not announced either
    Given an honest proof is accepted
    When the request carries a proof whose alg is <algorithm>
    Then the profile refuses it

    Examples:
      | algorithm |
      | RS256     |
      | ES384     |
      | PS512     |

  @at:token @at:par @FAPI2-5.4.1-01
  Scenario Outline: A curve that the profile does not know is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then the profile refuses it

    Examples:
      | value        |
      | on secp256k1 |
      | on Ed448     |

  @at:token @FAPI2-5.4.1-02
  Scenario: A short RSA key is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is RSA of 1024 bits
    Then it is refused

  @at:token @at:par @FAPI2-5.4.1-02
  Scenario: A key on a short curve is refused
    Given an honest proof is accepted
    When the request carries a proof whose jwk is on P-192
    Then it is refused

  @at:token @at:par @ATPROTO-03
  Scenario: A nonce of more than five minutes is refused
    Given the server requires a nonce
    And an honest proof is accepted
    When the request carries a proof whose nonce is expired
    Then it is refused

  @at:token @at:par @ATPROTO-03
  Scenario: A nonce that was just replaced does no harm
    Given the server requires a nonce
    And an honest proof is accepted
    And the server hands out a newer nonce
    When the request carries a proof with the nonce before
    Then it is accepted, or with the newest nonce at the next attempt

  @at:token @at:par @ATPROTO-07
  Scenario: A proof is used once
    Given a proof has been accepted
    When the same proof comes again
    Then it is refused

  @at:token @at:par @at:userinfo @ATPROTO-11
  Scenario Outline: Every answer to a proof hands out a nonce
    Given an honest proof is accepted
    When the request carries <proof>
    Then every answer to a proof hands out a nonce

    Examples:
      | proof                                             |
      | an honest proof                                   |
      | a proof without nonce                             |
      | a proof whose htm is another method               |
      | a proof whose form is random text                 |
      | a proof whose field is sent twice                 |
      | a proof whose signature is made by another key    |

  @at:token @at:par @ATPROTO-11
  Scenario: The refusal of a client hands out a nonce
    Given an honest proof is accepted
    When a sound proof comes with false client credentials
    Then every answer to a proof hands out a nonce

  @at:par @ATPROTO-09
  Scenario: A pushed request that names no key is refused
    Given a pushed authorization request with a proof is granted
    When the client pushes an authorization request with neither a proof nor dpop_jkt
    Then it is refused

  @at:par @SINGPASS-01
  Scenario Outline: A pushed request without a proof is refused
    Given a pushed authorization request with a proof is granted
    When the client pushes an authorization request with <binding>
    Then it is refused

    Examples:
      | binding                      |
      | neither a proof nor dpop_jkt |
      | dpop_jkt alone               |

  @at:token @at:par @HELSEID-01
  Scenario: A jti that was seen before is rejected
    Given a proof has been accepted
    When the same proof comes again
    Then it is refused

  @at:token @at:par @HELSEID-01
  Scenario: A jti that was seen in another proof is rejected
    Given a proof has been accepted
    When a proof that was made a second before has the same jti
    Then it is refused

  @at:token @OKTA-02
  Scenario Outline: A nonce serves for three days
    Given the server requires a nonce
    And an honest proof is accepted
    When a proof comes with a nonce that was handed out <age> seconds before
    Then it is accepted

    Examples:
      | days             | age    |
      | one              | 86400  |
      | two              | 172800 |
      | three, nearly    | 259100 |

  @at:token @OKTA-03
  Scenario Outline: Algorithms of the guide sign proofs, others do not
    Given an honest proof is accepted
    When the request carries a proof whose alg is <algorithm>
    Then it is accepted

    Examples:
      | algorithm |
      | RS256     |
      | RS384     |
      | RS512     |
      | ES384     |
      | ES512     |

  @at:token @OKTA-03
  Scenario Outline: An algorithm that the guide does not know is refused
    Given an honest proof is accepted
    When the request carries a proof whose alg is <algorithm> though not advertised
    Then it is refused

    Examples:
      | algorithm |
      | PS256     |
      | PS512     |

  @at:token @OKTA-03
  Scenario Outline: An algorithm that the guide does not know is not announced either
    Given an honest proof is accepted
    When the request carries a proof whose alg is <algorithm>
    Then the profile refuses it

    Examples:
      | algorithm |
      | PS256     |
      | PS512     |
      | EdDSA     |

  @at:token @at:par @at:userinfo @at:api @CAMARA-04
  Scenario Outline: Claims of the ecosystem do no harm
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is accepted

    Examples:
      | part   | value                  |
      | claims | beside those of CAMARA |
      | claims | beside unknown ones    |

  @at:token @CAMARA-05
  Scenario: A missing proof is called an invalid one
    Given a client that is registered for bound tokens
    And an honest proof is accepted
    When the request carries no proof
    Then it is refused with the error "invalid_dpop_proof"

  @as @SOLID-02
  Scenario Outline: An ID token of the scope webid says whose and for whom it is
    When the client logs in with the scope webid
    Then the ID token <says>

    Examples:
      | says                            |
      | names the WebID of the person   |
      | names its client as azp         |
      | is for its client and for solid |
      | is bound to its key             |
