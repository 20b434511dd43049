Feature: What profiles ask of an authorization server
  FAPI 2.0 Security Profile §5.3.2.1 and §5.4.1, and the OAuth profile of the AT
  Protocol, narrow what RFC 9449 leaves open.

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
