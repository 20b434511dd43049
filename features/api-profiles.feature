@battery
Feature: What profiles demand of an API beside RFC 9449
  Each scenario runs under the profile alone whose requirement it tests.

  @HAIP-4-01 @OID4VCI-12-01 @at:api
  Scenario: Wallets can use bound tokens
    When the request carries an honest proof
    Then it is accepted

  @HAIP-4-01 @OID4VCI-12-01 @at:api
  Scenario: Wallets can use bound tokens with nonces
    Given the server requires a nonce
    When the request carries an honest proof
    Then it is accepted

  @FAPI2-5.4.1-01 @at:api
  Scenario Outline: Under FAPI only its algorithms sign proofs
    Given an API that follows the profile
    And an honest proof is accepted
    When the request carries a proof whose alg is <alg> though not advertised
    Then it is refused

    Examples:
      | alg   |
      | RS256 |
      | RS384 |
      | RS512 |
      | PS384 |
      | PS512 |
      | ES384 |
      | ES512 |

  @FAPI2-5.4.1-01 @at:api
  Scenario Outline: Under FAPI no other algorithm is announced either
    Given an API that follows the profile
    And an honest proof is accepted
    When the request carries a proof whose alg is <alg>
    Then the profile refuses it

    Examples:
      | alg   |
      | RS256 |
      | PS512 |
      | ES384 |

  @FAPI2-5.4.1-02 @at:api
  Scenario Outline: Under FAPI keys are long enough
    Given an API that follows the profile
    And an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part | value            |
      | jwk  | RSA of 1024 bits |
      | jwk  | RSA of 2047 bits |
      | jwk  | on P-192         |

  @FAPI2-5.4.1-01 @at:api
  Scenario Outline: Under FAPI no other curve is taken
    Given an API that follows the profile
    And an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then the profile refuses it

    Examples:
      | value        |
      | on secp256k1 |
      | on Ed448     |

  @ATPROTO-02 @at:api
  Scenario: Under AT Protocol a proof without a nonce is answered with use_dpop_nonce
    Given an API that follows the profile
    And an honest proof is accepted
    When the request carries a proof without nonce
    Then the DPoP challenge carries the error "use_dpop_nonce"

  @ATPROTO-05 @at:api
  Scenario: Under AT Protocol a proof with ES256 is accepted
    Given an API that follows the profile
    When the request carries an honest proof
    Then it is accepted

  @ATPROTO-05 @at:api
  Scenario: Under AT Protocol the metadata lists ES256
    Given an API that follows the profile
    And an API that publishes metadata
    Then the metadata lists the algorithm "ES256"

  @MCP1932-02 @at:api
  Scenario Outline: Under MCP every refusal is a 401 with a challenge
    Given an honest proof is accepted
    When a request has <fault>
    Then the answer is 401 with a DPoP challenge

    Examples:
      | fault                               |
      | no proof                            |
      | a proof whose form is random text   |
      | a proof whose htm is another method |
      | a proof by another key              |
      | an expired access token             |

  @SOLID-01 @at:api
  Scenario Outline: Under Solid-OIDC an htu with more than the target is refused
    Given an API that follows the profile
    And an honest proof is accepted
    When a request has a proof whose htu is <value>
    Then the answer is 401, or what the profile tolerates, with a DPoP challenge
    And the profile refuses it

    Examples:
      | value                   |
      | with a query            |
      | with a fragment         |
      | with query and fragment |

  @MCP1932-01 @at:api
  Scenario Outline: Under MCP a proof is good for five minutes and no longer
    Given an honest proof is accepted
    When a request has a proof whose iat is <distance>
    Then the profile refuses it

    Examples:
      | side   | distance |
      | past   | -303 s   |
      | future | 303 s    |

  @ATPROTO-03 @at:api
  Scenario: Under AT Protocol a nonce that is five minutes old is refused
    Given an API that follows the profile
    And an honest proof is accepted
    When a proof comes with a nonce that was handed out 301 seconds before
    Then the DPoP challenge carries the error "use_dpop_nonce"

  @ATPROTO-03 @at:api
  Scenario: Under AT Protocol a nonce that was just replaced is accepted
    Given an API that follows the profile
    And an honest proof is accepted
    When a proof comes with a nonce that was handed out 160 seconds before
    Then it is accepted

  @ATPROTO-07 @at:api
  Scenario: Under AT Protocol a proof is used once
    Given an API that follows the profile
    And a proof has been accepted
    When the same proof comes again
    Then it is refused

  @ATPROTO-11 @at:api
  Scenario Outline: Under AT Protocol every answer to a proof hands out a nonce
    Given an API that follows the profile
    And an honest proof is accepted
    When the request carries <proof>
    Then every answer to a proof hands out a nonce

    Examples:
      | proof                               |
      | an honest proof                     |
      | a proof without nonce               |
      | a proof whose htm is another method |
      | a proof whose form is random text   |

  @CAMARA-01 @at:api
  Scenario Outline: Under CAMARA a proof is good for 300 seconds and no longer
    Given an API that follows the profile
    And an honest proof is accepted
    When a request has a proof whose iat is <distance>
    Then the profile refuses it

    Examples:
      | side   | distance |
      | past   | -303 s   |
      | future | 303 s    |

  @CAMARA-02 @at:api
  Scenario Outline: Under CAMARA a bad proof is answered with 400
    Given an API that follows the profile
    And an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused
    And the status is what the profile expects of a bad proof
    And the error invalid_dpop_proof is named

    Examples:
      | part      | value                      |
      | form      | random text                |
      | signature | tampered in its first byte |
      | jti       | missing                    |
      | htm       | another method             |
      | htu       | of another host            |
      | iat       | one hour old               |
      | ath       | of another token           |

  @CAMARA-02 @at:api
  Scenario: Under CAMARA a used proof is answered with 400
    Given an API that follows the profile
    And a proof has been accepted
    When the same proof comes again
    Then it is refused
    And the status is what the profile expects of a bad proof
    And the error invalid_dpop_proof is named

  @CAMARA-03 @at:api
  Scenario: Under CAMARA a jti is remembered for as long as the token lives
    Given an API that follows the profile
    And a proof has been accepted
    When a new proof has the jti of the accepted one 400 seconds later
    Then it is refused

  @SOLID-03 @at:api
  Scenario Outline: Under Solid-OIDC a bound ID token needs a proof by its key
    Given an API that follows the profile
    And a bound ID token with an honest proof is accepted
    When the bound ID token is sent <how>
    Then it is refused

    Examples:
      | how                         |
      | without a proof             |
      | as Bearer                   |
      | as Bearer beside a proof    |
      | with a proof by another key |
