@battery
Feature: A bound token is not a Bearer token
  RFC 9449 §7.2: a resource server that takes Bearer tokens too must not take a
  bound one under that scheme. Whoever stole it could use it without the key.

  @RFC9449-7.2-01 @at:api @at:userinfo
  Scenario: A bound token as Bearer is refused
    Given an honest proof is accepted
    When the access token is sent as Bearer without a proof
    Then it is refused

  @RFC9449-7.2-01 @RFC9449-7.1-20 @at:api
  Scenario: A bound token as Bearer is refused where Bearer tokens are taken
    Given an API that takes Bearer tokens too
    And an honest proof is accepted
    When the access token is sent as Bearer without a proof
    Then it is refused

  @RFC9449-7.2-02 @RFC9449-7.1-20 @at:api @at:userinfo
  Scenario: A proof does not make a Bearer token of a bound one
    Given an honest proof is accepted
    When the access token is sent as Bearer
    Then it is refused

  @RFC9449-7.2-02 @RFC9449-7.1-20 @at:api
  Scenario: A proof does not make a Bearer token of a bound one where Bearer tokens are taken
    Given an API that takes Bearer tokens too
    And an honest proof is accepted
    When the access token is sent as Bearer
    Then it is refused

  @RFC9449-7.2-03 @RFC9449-6-02 @at:api
  Scenario: An opaque bound token as Bearer is refused
    Given an API that takes Bearer tokens too
    And an API that takes opaque access tokens
    And an honest proof is accepted
    When the access token is sent as Bearer without a proof
    Then it is refused

  @RFC9449-7.2-04 @at:api
  Scenario Outline: No spelling of Bearer opens the way for a bound token
    Given an API that takes Bearer tokens too
    And an honest proof is accepted
    When the access token is sent with the scheme <scheme> without a proof
    Then it is refused

    Examples:
      | case  | scheme |
      | lower | bearer |
      | upper | BEARER |
      | mixed | BeArEr |

  @RFC9449-7.2-04 @at:userinfo
  Scenario Outline: No spelling of Bearer opens the way for a bound token at userinfo
    Given an honest proof is accepted
    When the access token is sent with the scheme <scheme> without a proof
    Then it is refused

    Examples:
      | case  | scheme |
      | lower | bearer |
      | upper | BEARER |

  @RFC9449-7.2-04 @RFC9449-7.1-18 @at:api
  Scenario Outline: No other place opens the way for a bound token
    Given an API that takes Bearer tokens too
    And an honest proof is accepted
    When the access token is sent <way> without a proof
    Then it is refused

    Examples:
      | way                   |
      | in the query          |
      | in a cookie           |
      | in a field of its own |
      | without a scheme      |

    @aggressive
    Examples:
      | way            |
      | in a form body |

  # RFC 6750 §2.3: a token in a URI is logged and passed on with it.
  @RFC6750-2.3-01 @at:api
  Scenario: An unbound token in the query is refused
    Given an API that takes Bearer tokens too
    And an unbound access token is accepted as Bearer
    When an unbound access token is sent in the query without a proof
    Then it is refused

  @RFC6750-2.3-01 @at:userinfo
  Scenario: An unbound token in the query is refused at userinfo
    Given an unbound access token is accepted as Bearer
    When an unbound access token is sent in the query without a proof
    Then it is refused

  @RFC9449-7.1-20 @at:api @at:userinfo
  Scenario Outline: A bound token with a scheme of another name is refused
    Given an honest proof is accepted
    When the access token is sent with the scheme <scheme>
    Then it is refused

    Examples:
      | scheme  |
      | Basic   |
      | Token   |
      | DPoP1   |
      | JWT     |
      | PoP     |
      | Unknown |

  @RFC9449-7.2-05 @at:api
  Scenario: An unbound token as Bearer is taken where Bearer tokens are taken
    Given an API that takes Bearer tokens too
    When an unbound access token is sent as Bearer without a proof
    Then it is accepted

  @RFC9449-7.2-05 @at:api
  Scenario: An unbound token is refused where bound ones alone are taken
    Given an API that takes bound tokens alone
    And an honest proof is accepted
    When an unbound access token is sent as Bearer without a proof
    Then it is refused

  @RFC9449-7.2-05 @at:api @id:challenges-tell-which-tokens-are-taken
  Scenario: The challenges tell truly which tokens are taken
    When a request has no credentials
    Then an unbound token is treated as the challenge says

  @RFC9449-7.2-05 @at:api @id:challenges-tell-truly-where-bearer-is-taken
  Scenario: The challenges tell truly that Bearer tokens are taken too
    Given an API that takes Bearer tokens too
    When a request has no credentials
    Then an unbound token is treated as the challenge says

  # A gateway that judges proofs may hand the token on as Bearer; who reaches the API
  # without it must not get through with the same.
  @RFC9449-7.2-01 @RFC9449-7.1-03 @at:api
  Scenario Outline: Nobody gets past the gateway of an API with less than a proof
    Given an API behind a gateway that judges proofs for it
    And an honest proof is accepted
    When a request past the gateway has <fault>
    Then it is refused

    Examples:
      | fault                   |
      | a bound token as Bearer |
      | no proof                |
      | a proof by another key  |
      | no credentials          |
