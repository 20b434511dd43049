@battery
Feature: A bound token serves the holder of its key alone
  RFC 9449 §6: an access token is bound to a key by the thumbprint in its cnf
  claim, or in the answer to its introspection. §7.1: the resource server makes
  sure that the key of the proof is the key of the token.

  @RFC9449-6-01 @RFC9700-2.2.1-01 @at:api @at:userinfo
  Scenario: A bound token with a proof by its key is accepted
    When the request carries an honest proof
    Then it is accepted

  @RFC9449-6-02 @RFC9449-4.3-79 @at:api @at:userinfo
  Scenario: A token that is bound to another key is refused
    Given an honest proof is accepted
    When a request has a proof by another key
    Then it is refused

  @RFC9449-6-02 @RFC9449-4.3-79 @at:api @at:userinfo
  Scenario Outline: A key that only claims to be the bound one is refused
    Given an honest proof is accepted
    When the request carries a proof by another key that names the bound one <where>
    Then it is refused

    Examples:
      | where                |
      | as kid of its jwk    |
      | as kid of its header |
      | as jkt of its jwk    |
      | as cnf of its claims |
      | as jkt of its claims |

  @RFC9449-6-01 @RFC9449-6-03 @at:api @at:userinfo
  Scenario: An unbound token with the DPoP scheme is refused
    Given an honest proof is accepted
    When an unbound access token is sent with the scheme DPoP
    Then it is refused

  @RFC9449-6-04 @RFC9449-4.3-80 @at:api
  Scenario Outline: A confirmation without a usable thumbprint satisfies no proof
    Given an honest proof is accepted
    When the request carries an access token whose confirmation is <confirmation>
    Then it is refused

    Examples:
      | confirmation                       |
      | missing                            |
      | null                               |
      | a string                           |
      | an array                           |
      | an empty object                    |
      | an empty thumbprint                |
      | a thumbprint that is null          |
      | a thumbprint that is a number      |
      | a thumbprint in upper case         |
      | a thumbprint called JKT            |
      | a thumbprint with padding          |
      | the beginning of the thumbprint    |
      | the key in place of its thumbprint |
      | a kid in place of a thumbprint     |

  @RFC9449-6-04 @verdict:warn @at:api
  Scenario Outline: A confirmation that cannot be read is not taken for none
    Given an API that takes Bearer tokens too
    And an honest proof is accepted
    When an access token whose confirmation is <confirmation> is sent as Bearer without a proof
    Then it is refused

    Examples:
      | confirmation                       |
      | null                               |
      | a string                           |
      | an empty object                    |
      | an empty thumbprint                |
      | a thumbprint that is null          |
      | the key in place of its thumbprint |
      | a kid in place of a thumbprint     |
      | a certificate alone                |

  @RFC7800-3.1-01 @at:api
  Scenario: Further methods of confirmation beside the thumbprint are ignored
    Given an honest proof is accepted
    When the request carries an access token whose confirmation is the thumbprint beside an unknown method
    Then it is accepted

  @RFC9449-6.1-03 @at:api
  Scenario Outline: What else is in the jwk makes no difference to its thumbprint
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <variation>
    Then it is accepted

    Examples:
      | variation                             |
      | beside unknown members                |
      | beside kid, use, alg, key_ops and ext |
      | in reverse order                      |
      | spaced over lines                     |
      | written with escapes                  |

  # RFC 7800 §3.1 lets a resource server that knows nothing of certificates
  # ignore them; one that has to do with RFC 8705 must not.
  @RFC8705-3-01 @verdict:warn @at:api
  Scenario: A token that is bound to a certificate too needs both
    Given an honest proof is accepted
    When the request carries an access token whose confirmation is the thumbprint beside a certificate
    Then it is refused

  @RFC8705-3-02 @at:api
  Scenario: A token that is bound to a certificate is not opened by a proof
    Given an honest proof is accepted
    When the request carries an access token whose confirmation is a certificate alone
    Then it is refused

  @RFC9449-11.7-01 @at:api @aggressive
  Scenario: A proof covers neither body nor other fields
    Given a POST request with an honest proof is accepted
    When the request carries an honest proof and the body {"amount":1000000}
    Then it is accepted
