Feature: A key is known by its thumbprint
  RFC 9449 §6.1, RFC 7638 §3 and RFC 8037 §2: the SHA-256 thumbprint of the required
  members names the key, however its JWK is written.

  @RFC7638-3-01 @RFC9449-6.1-02 @RFC9449-11.10-01 @at:token @at:par @at:userinfo @at:api
  Scenario: What is issued is bound to the SHA-256 thumbprint of the key
    When the request carries an honest proof
    Then the key is known by its thumbprint

  @RFC7638-3-01 @RFC9449-6.1-02 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A key of any type is known by its thumbprint
    Given an honest proof is accepted
    When the request carries a proof whose alg is <value>
    Then the key is known by its thumbprint

    Examples:
      | value   |
      | ES256   |
      | ES384   |
      | ES512   |
      | EdDSA   |
      | Ed25519 |
      | RS256   |
      | PS256   |

  @RFC7638-3-02 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Order and white space do not change the thumbprint
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is accepted
    And the key is known by its thumbprint

    Examples:
      | value             |
      | in reverse order  |
      | spaced over lines |

  @RFC7638-3-03 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Escapes do not change the thumbprint
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <value>
    Then it is accepted
    And the key is known by its thumbprint

    Examples:
      | value                |
      | written with escapes |
      | named with escapes   |

  @RFC7638-3-01 @at:token @at:par @at:userinfo @at:api
  Scenario: Members that are not required do not change the thumbprint
    Given an honest proof is accepted
    When the request carries a proof whose jwk is beside kid, use, alg, key_ops and ext
    Then it is accepted
    And the key is known by its thumbprint
